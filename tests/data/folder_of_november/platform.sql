BEGIN TRANSACTION;
CREATE TABLE access_tokens (
	token VARCHAR(200) NOT NULL, 
	app_id VARCHAR(32) NOT NULL, 
	user_id VARCHAR(32) NOT NULL, 
	scopes JSON NOT NULL, 
	expires_at DATETIME, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_access_tokens PRIMARY KEY (token), 
	CONSTRAINT fk_access_tokens_app_id_apps FOREIGN KEY(app_id) REFERENCES apps (id)
);
INSERT INTO "access_tokens" VALUES('EAA7b8191f41d38779127a7cfb575a960daf955bcca8a75678609706bb7a19c189ae259643eee549b9eb0de4a282b73862efaf54354ca0f97b636295472','762614735021045','293854328892418','["whatsapp_business_management", "whatsapp_business_messaging"]',NULL,'2026-12-01 00:26:15.536488');
INSERT INTO "access_tokens" VALUES('EAAe71c61fce18514a79b1c8dc4530d013e193f3093fa999adab2956879b78154c6d1afda2706513ec1c44cd6dbb547d01cb649dad6839d962740b4996a','539132325562411','616203102028975','["whatsapp_business_management", "whatsapp_business_messaging"]',NULL,'2026-12-01 00:26:15.536489');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('e3e84bb12754');
CREATE TABLE app_subscriptions (
	app_id VARCHAR(32) NOT NULL, 
	object VARCHAR(60) NOT NULL, 
	callback_url TEXT NOT NULL, 
	verify_token TEXT NOT NULL, 
	fields JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_app_subscriptions PRIMARY KEY (app_id, object), 
	CONSTRAINT fk_app_subscriptions_app_id_apps FOREIGN KEY(app_id) REFERENCES apps (id)
);
INSERT INTO "app_subscriptions" VALUES('762614735021045','whatsapp_business_account','http://127.0.0.1:8467/webhooks/whatsapp','pqMJWwDqOjTzAsKTJc_oVqdz','["messages", "flows", "message_echoes"]','2026-12-01 00:26:15.620417');
INSERT INTO "app_subscriptions" VALUES('539132325562411','whatsapp_business_account','http://127.0.0.1:18461/','any','["messages"]','2026-12-01 00:26:20.088778');
CREATE TABLE apps (
	id VARCHAR(32) NOT NULL, 
	business_id VARCHAR(32) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	secret VARCHAR(64) NOT NULL, 
	verify_token VARCHAR(200) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_apps PRIMARY KEY (id), 
	CONSTRAINT fk_apps_business_id_businesses FOREIGN KEY(business_id) REFERENCES businesses (id)
);
INSERT INTO "apps" VALUES('762614735021045','944771272365803','Headrace console','2e524d23ab55608c1792d9a48768ab75','pqMJWwDqOjTzAsKTJc_oVqdz','console','2026-12-01 00:26:15.536486');
INSERT INTO "apps" VALUES('539132325562411','944771272365803','Your app','b9aed3921bafd416004b07581736af42','cWyID_7F59jyYKOWTJZsK6EL','developer','2026-12-01 00:26:15.536487');
CREATE TABLE businesses (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	is_verified BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_businesses PRIMARY KEY (id)
);
INSERT INTO "businesses" VALUES('944771272365803','Millrace Opticians',1,'2026-12-01 00:26:15.536485');
CREATE TABLE conversations (
	phone_number_id VARCHAR(32) NOT NULL, 
	wa_id VARCHAR(20) NOT NULL, 
	last_inbound_at DATETIME, 
	typing_until DATETIME, 
	CONSTRAINT pk_conversations PRIMARY KEY (phone_number_id, wa_id), 
	CONSTRAINT fk_conversations_phone_number_id_phone_numbers FOREIGN KEY(phone_number_id) REFERENCES phone_numbers (id)
);
INSERT INTO "conversations" VALUES('373562296042890','447700900101','2026-12-01 00:26:21.138936',NULL);
CREATE TABLE "exchanges" (
	id INTEGER NOT NULL, 
	session_id VARCHAR(40) NOT NULL, 
	at DATETIME NOT NULL, 
	action VARCHAR(20) NOT NULL, 
	screen VARCHAR(200), 
	milliseconds INTEGER NOT NULL, 
	http_status INTEGER, 
	error_type VARCHAR(60), 
	clear_request JSON NOT NULL, 
	clear_response JSON, 
	sealed_request TEXT NOT NULL, 
	sealed_response TEXT, 
	kind VARCHAR(16) DEFAULT 'answered' NOT NULL, 
	explanation TEXT, 
	message TEXT, 
	resent BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_exchanges PRIMARY KEY (id), 
	CONSTRAINT fk_exchanges_session_id_flow_sessions FOREIGN KEY(session_id) REFERENCES flow_sessions (id)
);
INSERT INTO "exchanges" VALUES(1,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.525790','INIT',NULL,2,200,NULL,'{"version": "3.0", "action": "INIT", "screen": "", "data": {}, "flow_token": "token-928162932584431"}','{"screen": "NAME", "data": {"hint": "As on your card"}}','{"encrypted_flow_data":"3ao4AHWn3BJIveiYC5+sDsySwmsD+l8rM6aD9TRpLuBrmd1CGhoJcUy9y54KeZesFY4sAWwo7WP6hSqldQRv0QCJBMOJ0bFqn3DhFN0nO3y5ifmXdk90V4NNhs5avrVVu9RmUHqvJ1hW2nRF","encrypted_aes_key":"V1MUy+1MujJ+1OUzPh1pGPMF8NEDb0fUu0iPNEaXuBxCoIUvYEwsb3at89KU/RMaQgWPgWj2Bh6Q3al6QrJpitD/O+ci0noiYjlcuqW2XYihbnmX5yO6rpRISmxaV3f9q0sXMX0oy4jfuoVabY5SjgyFotqLSc7in/u60A6E/t8IkTKeMIbIZTQDhD1yly1U9TIRaYxfnYiyIn2Gzg6EW0C5nu3uBHt43hjZTvZjxoSnlUf6xEV7upjyNJKCgWvN7Ba7MJzWqc+g0EBuYcYtUg9KZcf3/d9NjwypdiEa++71WClvBLufh0twpJujbC41ZWGilmWVoRgzf9pLZfaQMw==","initial_vector":"0QJpgTtWmg8D0+lm8iFQhQ=="}','tin70Xwed6vWd3zvyW6DzIEPFPSpKbFc5h315actOs0KdcMQ600jE9HUYlMqbhjXs7E+WdRCuXGU6THNqSClqP241A==','answered',NULL,NULL,0);
INSERT INTO "exchanges" VALUES(2,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.585408','data_exchange','NAME',3,200,NULL,'{"version": "3.0", "action": "data_exchange", "screen": "NAME", "data": {"name": "Ada Lovelace"}, "flow_token": "token-928162932584431"}','{"screen": "GREETING", "data": {"greeting": "Hello Ada"}}','{"encrypted_flow_data":"B+bXwrtsNUj2cAKgX0jsGYgqU5NVLM/7C22zGEvedc7zK9N/+oZJUiWQrEqzOl6TdBlrCmvXJ9XNqyIwlhIokiwByxtozIUcP4WdO1qiF1q7H6vD0UqPfXjwAKYaZbMqJlwgwSQ7FP+4Tbv1lC0r7XDIME0esWjN0AubN8/R20R/XSV+u8GdZIRhV7A6bg==","encrypted_aes_key":"KYhZW1tmaBxCwypTJUkKWzGam7Yg5iljQOfNoUsXJkn85jqjN4ZFCKJR/JTU/7x/2qoY5U2LKUB+UNNdh2Bo8nEIF05p+prvXSjYY3ZMRdy/S/WBRl60dDdro90kdPQqyTRuON1+JuBZz37EYHKpjrE8VH1y/RZQTVQSzsPAGPgVuClJh34rsvAvq2Fq03k8XTaXh3AHBVyTueshoQ5oHOJGeoy7hiNoW+7Cc9AhZ6o54m9qXdNGV/guESi37jxO5jaSSBjwLG3huiRRD6BEFD8d249Uk2GSs6yHUXYK/i03UUeoO6KcP3geLGyDOBaovRYACTI1DIu69BFHBc7T6g==","initial_vector":"n3ps6RF7izQdZSsXuapGhw=="}','FzDGxiNzYwVbDTkQ9J5grYi+Kf2vaNCcP1oxd+kVVMnJLWwIxVAY/mUNTGWLD8gxfe0o2ceJMJCAJwrTYeHEA0To5rj3','answered',NULL,NULL,0);
INSERT INTO "exchanges" VALUES(3,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.629529','data_exchange','GREETING',2,200,NULL,'{"version": "3.0", "action": "data_exchange", "screen": "GREETING", "data": {}, "flow_token": "token-928162932584431"}','{"screen": "SUCCESS", "data": {"extension_message_response": {"params": {"flow_token": "token-928162932584431"}}}}','{"encrypted_flow_data":"bVGyF5LQwj4oxVgrkJ6Mx2/bu80tTRi032VQTeEdCs5VaM8G1ulnT7uoJcrm2P0ElTLjhhtLOdVwAERo0cajg1FnJcFeAp6eHFEa+HTspxbO58ynOZj2LZ6bLZ7YI30Q4zqxWVUp3mAU+k6fuHylIHRZH+8WCg4nq8kQv9k=","encrypted_aes_key":"UfHHhJIWqY2702JQr/EWp+4LYJyaug4N5+5njCUcW9eOMPAOByXE70iR+NPjehiyzmANryhalYHITNONLG2R8c9XbNCbMrhQeCSFDUMIr1MFX6D7opIsnL9YSJZxaaUqe6mvd9gHr0mfqrxKi+o5ZkRExKyyUV3MOgcmBXrIBchG8aXZ2XY825rPnUR5XOAyDdNRGAEqHwSSQ8DJLzqgCOu2mTzCEO4WUeXfLMMFxNp3p7q7A4nbblR+GTPSAUEquiGT7QyIZijXF69lwNYfly7O5GLAXOIhp1UrvK7+4U6FX36bR50J3H6g31y9yvZ1QaKVN3PpXHh8B41UxPNIUw==","initial_vector":"7MMP0Hq1wk3ClmoDroTHng=="}','LeGobLtVx+hkt0gbCqev9ANngWQUMhNeSiVg04TMoafBOHvsasjD/mq932AWu+8IPapFA2w8isSZJpDQis03/QJJscqBdJjll+AL5aQVXk8hTMnh30Q0LhqOr9hD0aS4Ll5gI00eZF1xNi8BGXZA8UPO401AOlCPqLxJCA==','answered',NULL,NULL,0);
INSERT INTO "exchanges" VALUES(4,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.780599','INIT',NULL,2,200,NULL,'{"version": "3.0", "action": "INIT", "screen": "", "data": {}, "flow_token": "token-928162932584431"}','{"screen": "NAME", "data": {"hint": "As on your card"}}','{"encrypted_flow_data":"u+ZAjnqQLrVuq892p787MGxzzkver60/ygVAUWUbFg+WLE0R/Q1qqSuz5xtDNw9Af6L+4dMroFfKV3La1a9ZC5bSsnjMw++Z4yUMq2s82YyiOOXefjwUdTJ4jff6K84IdDdIIxc51mEEz6DB","encrypted_aes_key":"Q6/NhNz+Bt5B1JFWud3N5gIHAlRBlTH9AR4/9/hV7BjyHcDH8O4AS/5ZsUUS9qRmWbr1i7/iiGVl+fhsyqOqX4dDu45EPRzNjpoNwzDGd9/yeJ1WJhhkLXi2MR1eJ+GBTfxjtDKNzkVCiqoyTN0aIfnXdUqzQ0VvRiqBtMwXmJe/o1xAFEysgkEVUII0MK5khsFRKnCu41pCZoUbySTh+DOZd0A9y8SkIucqaOYVJEvX6MqkCnVfeCgtj2Xepduq+jSxq9zrUy+Ij2faiM/P0BJ6s9rRmI4lzeyzEbtT6+xRly2U02fZfjWWmK0wDobbfaaKTyab6v/KMUiMfE+Aqw==","initial_vector":"IMC7ZyRc/VQq03bZspsIDw=="}','2JZbBewAVOZL5aJfB85dxgT/erqNjnmTiXWf3xF8FpFmmkwbm7aZS92JJHCvf+8CsYLKiN0tldPxHR3Jdejvguk9yQ==','answered',NULL,NULL,0);
INSERT INTO "exchanges" VALUES(5,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.831730','data_exchange','NAME',2,200,NULL,'{"version": "3.0", "action": "data_exchange", "screen": "NAME", "data": {"name": "Ada Lovelace"}, "flow_token": "token-928162932584431"}','{"screen": "GREETING", "data": {"greeting": "Hello Ada"}}','{"encrypted_flow_data":"zUf5s+8CHtA3MNZ44nqukogI3oVg3vayU4qsHvCypPgVIs3HRugBTvg/mwUmyQbCDteqtcUzwvD1HGcu6y+/QwDmucnFCc7E5BbrHdeN9bIjz/6KxvU0jT3tOyyEdEWeQF8ROEyuDrLJAMYrkykxRLXHc+nZCfODHwRHIuUVAqB3mxVsNwsdi20hW28a0Q==","encrypted_aes_key":"fknRDAzjU7YuY2XGNTDYVZ3+VFw9NUogyIembE+Xz++8vr05HT8y2FJUgAMLl9nkpLwewFMq1nSYVB4y9s1YGtwqNdgVBQGJZ2a1CG291r4BEKMh0QMjnkCqoT5uUjSx9itDEnDsaugWrAxhU5MbgeYGbNS/g+5anb98mpdFpUR9r2BDVWhJTdxs7q/gDw+ywx+fYidNRWU6PUBUC5t0pyzzL4KPQVwB7PFVboARo1icNr1FPolmIM8g5DIpfDXZPqZy22bt6VAjbvNIXvtpE1ndvDxYhqhn4D1xwCOGQEPmA7DFh4GJrrytV66Z3SIcHov5H/oiQr3hUxnrlE/Xtg==","initial_vector":"6w+IfmS67WDDR0edZimSBQ=="}','hENUR3BZuzXXlJlbWtgCSnana1VRaVVMOpvgXzCsLeQYrakX2aRsrHh9cLx9JJGsA3IQTtb1YcyKJDu979eEJuLfpYxm','answered',NULL,NULL,0);
CREATE TABLE flow_sessions (
	id VARCHAR(40) NOT NULL, 
	handset_id VARCHAR(32) NOT NULL, 
	message_id INTEGER NOT NULL, 
	flow_id VARCHAR(32), 
	flow_text TEXT NOT NULL, 
	state JSON NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_flow_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_flow_sessions_flow_id_flows FOREIGN KEY(flow_id) REFERENCES flows (id) ON DELETE SET NULL, 
	CONSTRAINT fk_flow_sessions_handset_id_handsets FOREIGN KEY(handset_id) REFERENCES handsets (id), 
	CONSTRAINT fk_flow_sessions_message_id_messages FOREIGN KEY(message_id) REFERENCES messages (id), 
	CONSTRAINT uq_flow_sessions_message_id UNIQUE (message_id)
);
INSERT INTO "flow_sessions" VALUES('CssZkbjnP-0FPJ9pI5ee2g','485050871259994',2,'671153337922331','{"version": "7.3", "screens": [{"id": "NAME", "title": "Your name", "terminal": true, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true}, {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {"name": "${form.name}", "kind": "static"}}}]}}]}','{"action": "navigate", "first_screen": "NAME", "first_data": null, "flow_token": "token-671153337922331", "any_screen": false, "today": "2026-12-01", "omits_flow_token": false, "status": "completed", "opened": true, "edited": true, "history": ["NAME"], "visit": 1, "screens": {"NAME": {"data": {}, "form": {"name": "Ada Lovelace"}, "writes": {}, "touched": ["name"], "settled": ["name"], "built": ["name"], "offered": {}, "refused": {}, "told": []}}, "pending": null, "snackbar": null, "said": 0, "failure": null, "failure_detail": null, "expired": null, "response": {"name": "Ada Lovelace", "kind": "static", "flow_token": "token-671153337922331"}}','completed','2026-12-01 00:26:16.148849','2026-12-01 00:26:16.179875');
INSERT INTO "flow_sessions" VALUES('4plBshqpBJBt8ga-wpGIVw','485050871259994',4,'928162932584431','{"version": "7.3", "data_api_version": "3.0", "routing_model": {"NAME": ["GREETING"], "GREETING": []}, "screens": [{"id": "NAME", "title": "Your name", "data": {"hint": {"type": "string", "__example__": "As on your card"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true, "helper-text": "${data.hint}"}, {"type": "Footer", "label": "Continue", "on-click-action": {"name": "data_exchange", "payload": {"name": "${form.name}"}}}]}}, {"id": "GREETING", "title": "Hello", "terminal": true, "data": {"greeting": {"type": "string", "__example__": "Hello Ada"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextHeading", "text": "${data.greeting}"}, {"type": "Footer", "label": "Finish", "on-click-action": {"name": "data_exchange", "payload": {}}}]}}]}','{"action": "data_exchange", "first_screen": null, "first_data": null, "flow_token": "token-928162932584431", "any_screen": false, "today": "2026-12-01", "omits_flow_token": false, "status": "completed", "opened": true, "edited": true, "history": ["NAME", "GREETING"], "visit": 2, "screens": {"NAME": {"data": {"hint": "As on your card"}, "form": {"name": "Ada Lovelace"}, "writes": {}, "touched": ["name"], "settled": ["name"], "built": ["name"], "offered": {}, "refused": {}, "told": []}, "GREETING": {"data": {"greeting": "Hello Ada"}, "form": {}, "writes": {}, "touched": [], "settled": [], "built": [], "offered": {}, "refused": {}, "told": []}}, "pending": null, "snackbar": null, "said": 0, "failure": null, "failure_detail": null, "expired": null, "response": {"flow_token": "token-928162932584431"}}','completed','2026-12-01 00:26:16.497495','2026-12-01 00:26:16.631188');
INSERT INTO "flow_sessions" VALUES('0iWx9eXfmlqdOFao5Wt2Rw','485050871259994',6,'928162932584431','{"version": "7.3", "data_api_version": "3.0", "routing_model": {"NAME": ["GREETING"], "GREETING": []}, "screens": [{"id": "NAME", "title": "Your name", "data": {"hint": {"type": "string", "__example__": "As on your card"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true, "helper-text": "${data.hint}"}, {"type": "Footer", "label": "Continue", "on-click-action": {"name": "data_exchange", "payload": {"name": "${form.name}"}}}]}}, {"id": "GREETING", "title": "Hello", "terminal": true, "data": {"greeting": {"type": "string", "__example__": "Hello Ada"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextHeading", "text": "${data.greeting}"}, {"type": "Footer", "label": "Finish", "on-click-action": {"name": "data_exchange", "payload": {}}}]}}]}','{"action": "data_exchange", "first_screen": null, "first_data": null, "flow_token": "token-928162932584431", "any_screen": false, "today": "2026-12-01", "omits_flow_token": false, "status": "ready", "opened": true, "edited": true, "history": ["NAME", "GREETING"], "visit": 2, "screens": {"NAME": {"data": {"hint": "As on your card"}, "form": {"name": "Ada Lovelace"}, "writes": {}, "touched": ["name"], "settled": ["name"], "built": ["name"], "offered": {}, "refused": {}, "told": []}, "GREETING": {"data": {"greeting": "Hello Ada"}, "form": {}, "writes": {}, "touched": [], "settled": [], "built": [], "offered": {}, "refused": {}, "told": []}}, "pending": null, "snackbar": null, "said": 0, "failure": null, "failure_detail": null, "expired": null, "response": null}','open','2026-12-01 00:26:16.754236','2026-12-01 00:26:16.833655');
CREATE TABLE flow_versions (
	id VARCHAR(32) NOT NULL, 
	flow_id VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	json_text TEXT NOT NULL, 
	json_version VARCHAR(10) NOT NULL, 
	data_api_version VARCHAR(10), 
	published_at DATETIME NOT NULL, 
	CONSTRAINT pk_flow_versions PRIMARY KEY (id), 
	CONSTRAINT fk_flow_versions_flow_id_flows FOREIGN KEY(flow_id) REFERENCES flows (id), 
	CONSTRAINT uq_flow_versions_flow_id UNIQUE (flow_id, number)
);
INSERT INTO "flow_versions" VALUES('686166685891636','671153337922331',1,'{"version": "7.3", "screens": [{"id": "NAME", "title": "Your name", "terminal": true, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true}, {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {"name": "${form.name}", "kind": "static"}}}]}}]}','7.3',NULL,'2026-12-01 00:26:16.012387');
INSERT INTO "flow_versions" VALUES('635769369141907','928162932584431',1,'{"version": "7.3", "data_api_version": "3.0", "routing_model": {"NAME": ["GREETING"], "GREETING": []}, "screens": [{"id": "NAME", "title": "Your name", "data": {"hint": {"type": "string", "__example__": "As on your card"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true, "helper-text": "${data.hint}"}, {"type": "Footer", "label": "Continue", "on-click-action": {"name": "data_exchange", "payload": {"name": "${form.name}"}}}]}}, {"id": "GREETING", "title": "Hello", "terminal": true, "data": {"greeting": {"type": "string", "__example__": "Hello Ada"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextHeading", "text": "${data.greeting}"}, {"type": "Footer", "label": "Finish", "on-click-action": {"name": "data_exchange", "payload": {}}}]}}]}','7.3','3.0','2026-12-01 00:26:16.381032');
CREATE TABLE flows (
	id VARCHAR(32) NOT NULL, 
	waba_id VARCHAR(32) NOT NULL, 
	app_id VARCHAR(32), 
	name VARCHAR(200) NOT NULL, 
	categories JSON NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	endpoint_uri TEXT, 
	json_text TEXT, 
	json_bytes BLOB, 
	json_version VARCHAR(10), 
	data_api_version VARCHAR(10), 
	validation_errors JSON NOT NULL, 
	edition INTEGER NOT NULL, 
	pinged_at DATETIME, 
	ping_error TEXT, 
	preview_token VARCHAR(64) NOT NULL, 
	preview_expires_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	CONSTRAINT pk_flows PRIMARY KEY (id), 
	CONSTRAINT fk_flows_app_id_apps FOREIGN KEY(app_id) REFERENCES apps (id), 
	CONSTRAINT fk_flows_waba_id_wabas FOREIGN KEY(waba_id) REFERENCES wabas (id)
);
INSERT INTO "flows" VALUES('671153337922331','106899933418894','539132325562411','Your name','["OTHER"]','PUBLISHED',NULL,'{"version": "7.3", "screens": [{"id": "NAME", "title": "Your name", "terminal": true, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true}, {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {"name": "${form.name}", "kind": "static"}}}]}}]}',NULL,'7.3',NULL,'[]',3,NULL,NULL,'6efcace8-8ffa-40c8-89cc-2b9144a72afb','2026-12-31 00:26:15.896499','2026-12-01 00:26:15.896499','2026-12-01 00:26:16.012487');
INSERT INTO "flows" VALUES('928162932584431','106899933418894','539132325562411','With an endpoint','["OTHER"]','PUBLISHED','http://127.0.0.1:52077/','{"version": "7.3", "data_api_version": "3.0", "routing_model": {"NAME": ["GREETING"], "GREETING": []}, "screens": [{"id": "NAME", "title": "Your name", "data": {"hint": {"type": "string", "__example__": "As on your card"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true, "helper-text": "${data.hint}"}, {"type": "Footer", "label": "Continue", "on-click-action": {"name": "data_exchange", "payload": {"name": "${form.name}"}}}]}}, {"id": "GREETING", "title": "Hello", "terminal": true, "data": {"greeting": {"type": "string", "__example__": "Hello Ada"}}, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextHeading", "text": "${data.greeting}"}, {"type": "Footer", "label": "Finish", "on-click-action": {"name": "data_exchange", "payload": {}}}]}}]}',NULL,'7.3','3.0','[]',3,'2026-12-01 00:26:16.379716',NULL,'4348112a-0acc-46f2-b51e-9634b3709952','2026-12-31 00:26:16.283506','2026-12-01 00:26:16.283506','2026-12-01 00:26:16.381125');
INSERT INTO "flows" VALUES('948181525996978','106899933418894','539132325562411','A draft','["OTHER"]','DRAFT',NULL,'{"version": "7.3", "screens": [{"id": "NAME", "title": "Your name", "terminal": true, "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "name", "label": "Name", "required": true}, {"type": "Footer", "label": "Send", "on-click-action": {"name": "complete", "payload": {"name": "${form.name}", "kind": "static"}}}]}}]}',NULL,'7.3',NULL,'[]',2,NULL,NULL,'57fb021e-57ab-4b6c-9ea5-2fc592d9115b','2026-12-31 00:26:16.982584','2026-12-01 00:26:16.982584','2026-12-01 00:26:16.996915');
CREATE TABLE "handsets" (
	id VARCHAR(32) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	wa_id VARCHAR(20) NOT NULL, 
	user_id VARCHAR(40) NOT NULL, 
	platform VARCHAR(10) NOT NULL, 
	position INTEGER NOT NULL, 
	chat_with VARCHAR(32), 
	notice TEXT, 
	created_at DATETIME NOT NULL, 
	theme VARCHAR(6) DEFAULT 'system' NOT NULL, 
	direction VARCHAR(3) DEFAULT 'ltr' NOT NULL, 
	text_size INTEGER DEFAULT '100' NOT NULL, 
	omits_flow_token BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_handsets PRIMARY KEY (id), 
	CONSTRAINT uq_handsets_user_id UNIQUE (user_id), 
	CONSTRAINT fk_handsets_chat_with_phone_numbers FOREIGN KEY(chat_with) REFERENCES phone_numbers (id), 
	CONSTRAINT uq_handsets_wa_id UNIQUE (wa_id)
);
INSERT INTO "handsets" VALUES('485050871259994','Amara','447700900101','GB.221138678518884','android',1,'373562296042890',NULL,'2026-12-01 00:26:15.553347','system','ltr',100,0);
INSERT INTO "handsets" VALUES('324670720207157','Ben','447700900102','GB.247358394988262','ios',2,NULL,NULL,'2026-12-01 00:26:15.553347','system','ltr',100,0);
INSERT INTO "handsets" VALUES('849638531397797','Dalia','447700900103','GB.448203788645516','ios',3,NULL,NULL,'2026-12-01 00:26:15.553347','system','ltr',100,0);
INSERT INTO "handsets" VALUES('463645490227720','Ewa','447700900104','GB.207325620021077','android',4,NULL,NULL,'2026-12-01 00:26:15.553347','system','ltr',100,0);
INSERT INTO "handsets" VALUES('555894601039512','Ben''s computer','447700900105','GB.298621607879138','android',5,NULL,NULL,'2026-12-01 00:26:15.553347','system','ltr',100,0);
CREATE TABLE jobs (
	id INTEGER NOT NULL, 
	queue VARCHAR(200) NOT NULL, 
	command VARCHAR(100) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	payload JSON NOT NULL, 
	due_at DATETIME NOT NULL, 
	generation INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	last_error TEXT, 
	CONSTRAINT pk_jobs PRIMARY KEY (id), 
	CONSTRAINT uq_jobs_command UNIQUE (command, "key")
);
INSERT INTO "jobs" VALUES(3,'webhooks.deliver:539132325562411','webhooks.deliver','539132325562411','{}','2026-12-01 00:26:25.429885',4,0,NULL);
CREATE TABLE media (
	id VARCHAR(32) NOT NULL, 
	upload_id VARCHAR(40) NOT NULL, 
	cdn_key VARCHAR(60) NOT NULL, 
	session_id VARCHAR(40) NOT NULL, 
	file_name VARCHAR(255) NOT NULL, 
	mime_type VARCHAR(200) NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	encryption JSON NOT NULL, 
	content BLOB, 
	created_at DATETIME NOT NULL, 
	phone_number_id VARCHAR(32), 
	sent_at DATETIME, 
	CONSTRAINT pk_media PRIMARY KEY (id), 
	CONSTRAINT fk_media_phone_number_id_phone_numbers FOREIGN KEY(phone_number_id) REFERENCES phone_numbers (id), 
	CONSTRAINT uq_media_cdn_key UNIQUE (cdn_key), 
	CONSTRAINT uq_media_upload_id UNIQUE (upload_id)
);
CREATE TABLE messages (
	id INTEGER NOT NULL, 
	wamid VARCHAR(160) NOT NULL, 
	phone_number_id VARCHAR(32) NOT NULL, 
	wa_id VARCHAR(20) NOT NULL, 
	direction VARCHAR(3) NOT NULL, 
	type VARCHAR(20) NOT NULL, 
	payload JSON NOT NULL, 
	context_wamid VARCHAR(160), 
	status VARCHAR(12) NOT NULL, 
	error JSON, 
	callback_data VARCHAR(512), 
	app_id VARCHAR(32), 
	flow_id VARCHAR(32), 
	flow_version_id VARCHAR(32), 
	flow_mode VARCHAR(10), 
	flow_token TEXT, 
	flow_opening JSON, 
	flow_outcome VARCHAR(12), 
	created_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	delivered_at DATETIME, 
	read_at DATETIME, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT fk_messages_app_id_apps FOREIGN KEY(app_id) REFERENCES apps (id), 
	CONSTRAINT fk_messages_flow_id_flows FOREIGN KEY(flow_id) REFERENCES flows (id) ON DELETE SET NULL, 
	CONSTRAINT fk_messages_flow_version_id_flow_versions FOREIGN KEY(flow_version_id) REFERENCES flow_versions (id) ON DELETE SET NULL, 
	CONSTRAINT fk_messages_phone_number_id_phone_numbers FOREIGN KEY(phone_number_id) REFERENCES phone_numbers (id), 
	CONSTRAINT uq_messages_wamid UNIQUE (wamid)
);
INSERT INTO "messages" VALUES(1,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlBQkI4RERFQjlEOTFGQkRDREU5','373562296042890','447700900101','in','text','{"body": "Hello"}',NULL,'delivered',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-12-01 00:26:15.675180','2026-12-01 00:26:15.675180','2026-12-01 00:26:15.694971',NULL);
INSERT INTO "messages" VALUES(2,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC','373562296042890','447700900101','out','interactive','{"type": "flow", "body": {"text": "A Flow for you"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "671153337922331", "flow_cta": "Open", "flow_token": "token-671153337922331"}}}',NULL,'read',NULL,NULL,'539132325562411','671153337922331','686166685891636','published','token-671153337922331','{"action": "navigate", "screen": "NAME", "data": null}','answered','2026-12-01 00:26:16.079558','2026-12-01 00:26:16.085646','2026-12-01 00:26:16.095693','2026-12-01 00:26:16.140540');
INSERT INTO "messages" VALUES(3,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGEU3OUE0MjMyQ0IzOURCRkE0RjFF','373562296042890','447700900101','in','interactive','{"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{\"name\":\"Ada Lovelace\",\"kind\":\"static\",\"flow_token\":\"token-671153337922331\"}"}}','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC','delivered',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-12-01 00:26:16.183345','2026-12-01 00:26:16.183345','2026-12-01 00:26:16.194488',NULL);
INSERT INTO "messages" VALUES(4,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz','373562296042890','447700900101','out','interactive','{"type": "flow", "body": {"text": "A Flow for you"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "928162932584431", "flow_cta": "Open", "flow_token": "token-928162932584431", "flow_action": "data_exchange"}}}',NULL,'read',NULL,NULL,'539132325562411','928162932584431','635769369141907','published','token-928162932584431','{"action": "data_exchange", "screen": null, "data": null}','answered','2026-12-01 00:26:16.439933','2026-12-01 00:26:16.445161','2026-12-01 00:26:16.454418','2026-12-01 00:26:16.491802');
INSERT INTO "messages" VALUES(5,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGDdENUY5MEUzRkIxMTdFNkZGOUIw','373562296042890','447700900101','in','interactive','{"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{\"flow_token\":\"token-928162932584431\"}"}}','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz','delivered',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-12-01 00:26:16.633787','2026-12-01 00:26:16.633787','2026-12-01 00:26:16.642972',NULL);
INSERT INTO "messages" VALUES(6,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF','373562296042890','447700900101','out','interactive','{"type": "flow", "body": {"text": "A Flow for you"}, "action": {"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "928162932584431", "flow_cta": "Open", "flow_token": "token-928162932584431", "flow_action": "data_exchange"}}}',NULL,'read',NULL,NULL,'539132325562411','928162932584431','635769369141907','published','token-928162932584431','{"action": "data_exchange", "screen": null, "data": null}',NULL,'2026-12-01 00:26:16.665339','2026-12-01 00:26:16.679272','2026-12-01 00:26:16.693751','2026-12-01 00:26:16.748863');
INSERT INTO "messages" VALUES(7,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3','373562296042890','447700900101','out','text','{"body": "Message 0"}',NULL,'delivered',NULL,NULL,'539132325562411',NULL,NULL,NULL,NULL,NULL,NULL,'2026-12-01 00:26:20.279603','2026-12-01 00:26:20.288671','2026-12-01 00:26:20.299539',NULL);
INSERT INTO "messages" VALUES(8,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF','373562296042890','447700900101','out','text','{"body": "Message 1"}',NULL,'delivered',NULL,NULL,'539132325562411',NULL,NULL,NULL,NULL,NULL,NULL,'2026-12-01 00:26:20.592142','2026-12-01 00:26:20.776814','2026-12-01 00:26:20.970171',NULL);
INSERT INTO "messages" VALUES(9,'wamid.HQs0NDc3MDA5MDAxMDEVAgARGEFGQTU2OTg5NjU4QjgzNDIzQkQ4','373562296042890','447700900101','in','text','{"body": "Good morning"}',NULL,'delivered',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-12-01 00:26:21.138936','2026-12-01 00:26:21.138936','2026-12-01 00:26:21.148516',NULL);
CREATE TABLE phone_number_overrides (
	phone_number_id VARCHAR(32) NOT NULL, 
	app_id VARCHAR(32) NOT NULL, 
	callback_uri TEXT NOT NULL, 
	verify_token TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_phone_number_overrides PRIMARY KEY (phone_number_id, app_id), 
	CONSTRAINT fk_phone_number_overrides_app_id_apps FOREIGN KEY(app_id) REFERENCES apps (id), 
	CONSTRAINT fk_phone_number_overrides_phone_number_id_phone_numbers FOREIGN KEY(phone_number_id) REFERENCES phone_numbers (id)
);
CREATE TABLE phone_numbers (
	id VARCHAR(32) NOT NULL, 
	waba_id VARCHAR(32) NOT NULL, 
	digits VARCHAR(20) NOT NULL, 
	display_number VARCHAR(40) NOT NULL, 
	verified_name VARCHAR(200) NOT NULL, 
	code_verification_status VARCHAR(20) NOT NULL, 
	public_key TEXT, 
	public_key_signature TEXT, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_phone_numbers PRIMARY KEY (id), 
	CONSTRAINT fk_phone_numbers_waba_id_wabas FOREIGN KEY(waba_id) REFERENCES wabas (id), 
	CONSTRAINT uq_phone_numbers_digits UNIQUE (digits)
);
INSERT INTO "phone_numbers" VALUES('373562296042890','106899933418894','442079460101','+44 20 7946 0101','Shops','VERIFIED','-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlatpYAFJRloPrkXAJRPf
CcEbOxomGAYrM4iXi1drUoOH3MVFNGetqwi9MKRI+uXZbd3WCE0IO8rbYLOsMnTg
qjfSFoMSUv47x9zOjmDG1BEbv0UYEoPxuIWVI7DlVzh/vI0XaVVm6FTaHRgzBp6C
YihEKOAepIFY3/3OiIl/gmFdBsxAlOnj3hss1uQf3gL7q+eVbIN4WNFvszAEk4zg
k8ojeuNSOfzEoywveXoBYBRU7mwfUYiXpTchtMIwihAoNWt+zXt/L7a2pKEuJ0oY
zoHbQ97tpSd5AdvhBIhmQb+Qg7734u6sFtK7Yd3xpKHKhS/d1uOa+U/6trHKYGc5
RQIDAQAB
-----END PUBLIC KEY-----
','56d2401fe081232a62caa9ee92d89437a3f3ec795b11f8a194c6a9704ed21110','2026-12-01 00:26:15.536491');
INSERT INTO "phone_numbers" VALUES('226772738832915','106899933418894','442079460102','+44 20 7946 0102','Workshop','VERIFIED',NULL,NULL,'2026-12-01 00:26:15.536492');
INSERT INTO "phone_numbers" VALUES('281531955333099','439775617749483','442079460199','+44 20 7946 0199','Millrace staging','VERIFIED',NULL,NULL,'2026-12-01 00:26:15.536496');
CREATE TABLE revisions (
	topic VARCHAR(200) NOT NULL, 
	number INTEGER NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (topic)
);
INSERT INTO "revisions" VALUES('',34);
INSERT INTO "revisions" VALUES('chat:485050871259994',34);
INSERT INTO "revisions" VALUES('flows',28);
CREATE TABLE secrets (
	name VARCHAR(60) NOT NULL, 
	value VARCHAR(100) NOT NULL, 
	CONSTRAINT pk_secrets PRIMARY KEY (name)
);
INSERT INTO "secrets" VALUES('encryption-keys','nGM5KTgpJRb6__5Z9xZ1hDPEmLjK2v9MUaYck42xYBo');
INSERT INTO "secrets" VALUES('downloads','lqeuMGd6IqMQtBP0VCUSGIXWpcxz0kBWt8Ltcetd8_8');
CREATE TABLE trace_entries (
	id INTEGER NOT NULL, 
	session_id VARCHAR(40) NOT NULL, 
	at DATETIME NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	members JSON, 
	exchange_id INTEGER, 
	CONSTRAINT pk_trace_entries PRIMARY KEY (id), 
	CONSTRAINT fk_trace_entries_exchange_id_exchanges FOREIGN KEY(exchange_id) REFERENCES exchanges (id), 
	CONSTRAINT fk_trace_entries_session_id_flow_sessions FOREIGN KEY(session_id) REFERENCES flow_sessions (id)
);
INSERT INTO "trace_entries" VALUES(1,'CssZkbjnP-0FPJ9pI5ee2g','2026-12-01 00:26:16.148849','act','{"name": "open", "members": {}}',NULL);
INSERT INTO "trace_entries" VALUES(2,'CssZkbjnP-0FPJ9pI5ee2g','2026-12-01 00:26:16.148849','screen','{"screen": "NAME", "visit": 1, "data": {}}',NULL);
INSERT INTO "trace_entries" VALUES(3,'CssZkbjnP-0FPJ9pI5ee2g','2026-12-01 00:26:16.169989','act','{"name": "fill", "members": {"values": {"name": "Ada Lovelace"}}}',NULL);
INSERT INTO "trace_entries" VALUES(4,'CssZkbjnP-0FPJ9pI5ee2g','2026-12-01 00:26:16.179881','act','{"name": "tap", "members": {"target": "Send"}}',NULL);
INSERT INTO "trace_entries" VALUES(5,'CssZkbjnP-0FPJ9pI5ee2g','2026-12-01 00:26:16.179881','end','{"how": "completed", "response": {"name": "Ada Lovelace", "kind": "static", "flow_token": "token-671153337922331"}}',NULL);
INSERT INTO "trace_entries" VALUES(6,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.497495','act','{"name": "open", "members": {}}',NULL);
INSERT INTO "trace_entries" VALUES(7,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.525790','exchange',NULL,1);
INSERT INTO "trace_entries" VALUES(8,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.530058','screen','{"screen": "NAME", "visit": 1, "data": {"hint": "As on your card"}}',NULL);
INSERT INTO "trace_entries" VALUES(9,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.555376','act','{"name": "fill", "members": {"values": {"name": "Ada Lovelace"}}}',NULL);
INSERT INTO "trace_entries" VALUES(10,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.564688','act','{"name": "tap", "members": {"target": "Continue"}}',NULL);
INSERT INTO "trace_entries" VALUES(11,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.585408','exchange',NULL,2);
INSERT INTO "trace_entries" VALUES(12,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.589682','screen','{"screen": "GREETING", "visit": 2, "data": {"greeting": "Hello Ada"}}',NULL);
INSERT INTO "trace_entries" VALUES(13,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.614511','act','{"name": "tap", "members": {"target": "Finish"}}',NULL);
INSERT INTO "trace_entries" VALUES(14,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.629529','exchange',NULL,3);
INSERT INTO "trace_entries" VALUES(15,'4plBshqpBJBt8ga-wpGIVw','2026-12-01 00:26:16.631192','end','{"how": "completed", "response": {"flow_token": "token-928162932584431"}}',NULL);
INSERT INTO "trace_entries" VALUES(16,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.754236','act','{"name": "open", "members": {}}',NULL);
INSERT INTO "trace_entries" VALUES(17,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.780599','exchange',NULL,4);
INSERT INTO "trace_entries" VALUES(18,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.782540','screen','{"screen": "NAME", "visit": 1, "data": {"hint": "As on your card"}}',NULL);
INSERT INTO "trace_entries" VALUES(19,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.812137','act','{"name": "fill", "members": {"values": {"name": "Ada Lovelace"}}}',NULL);
INSERT INTO "trace_entries" VALUES(20,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.821917','act','{"name": "tap", "members": {"target": "Continue"}}',NULL);
INSERT INTO "trace_entries" VALUES(21,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.831730','exchange',NULL,5);
INSERT INTO "trace_entries" VALUES(22,'0iWx9eXfmlqdOFao5Wt2Rw','2026-12-01 00:26:16.833661','screen','{"screen": "GREETING", "visit": 2, "data": {"greeting": "Hello Ada"}}',NULL);
CREATE TABLE waba_subscriptions (
	waba_id VARCHAR(32) NOT NULL, 
	app_id VARCHAR(32) NOT NULL, 
	override_callback_uri TEXT, 
	override_verify_token TEXT, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_waba_subscriptions PRIMARY KEY (waba_id, app_id), 
	CONSTRAINT fk_waba_subscriptions_app_id_apps FOREIGN KEY(app_id) REFERENCES apps (id), 
	CONSTRAINT fk_waba_subscriptions_waba_id_wabas FOREIGN KEY(waba_id) REFERENCES wabas (id)
);
INSERT INTO "waba_subscriptions" VALUES('106899933418894','762614735021045',NULL,NULL,'2026-12-01 00:26:15.536493');
INSERT INTO "waba_subscriptions" VALUES('106899933418894','539132325562411',NULL,NULL,'2026-12-01 00:26:15.536494');
INSERT INTO "waba_subscriptions" VALUES('439775617749483','762614735021045',NULL,NULL,'2026-12-01 00:26:15.536497');
INSERT INTO "waba_subscriptions" VALUES('439775617749483','539132325562411',NULL,NULL,'2026-12-01 00:26:15.536498');
CREATE TABLE wabas (
	id VARCHAR(32) NOT NULL, 
	business_id VARCHAR(32) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	currency VARCHAR(3) NOT NULL, 
	timezone_id VARCHAR(8) NOT NULL, 
	template_namespace VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_wabas PRIMARY KEY (id), 
	CONSTRAINT fk_wabas_business_id_businesses FOREIGN KEY(business_id) REFERENCES businesses (id)
);
INSERT INTO "wabas" VALUES('106899933418894','944771272365803','Millrace Opticians','GBP','1','2bfb92b4_abb2_4949_a67f_b329ec4c2c46','2026-12-01 00:26:15.536490');
INSERT INTO "wabas" VALUES('439775617749483','944771272365803','Millrace staging','GBP','1','c1dcb6c4_df41_4c55_bd59_6970bb14a16d','2026-12-01 00:26:15.536495');
CREATE TABLE webhook_deliveries (
	id INTEGER NOT NULL, 
	app_id VARCHAR(32) NOT NULL, 
	waba_id VARCHAR(32) NOT NULL, 
	field VARCHAR(60) NOT NULL, 
	phone_number_id VARCHAR(32), 
	wamid VARCHAR(160), 
	body TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	refusals INTEGER NOT NULL, 
	first_attempt_at DATETIME, 
	last_attempt_at DATETIME, 
	next_attempt_at DATETIME, 
	set_aside BOOLEAN NOT NULL, 
	last_status INTEGER, 
	last_error TEXT, 
	delivered_at DATETIME, 
	given_up_at DATETIME, 
	CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id), 
	CONSTRAINT fk_webhook_deliveries_app_id_apps FOREIGN KEY(app_id) REFERENCES apps (id), 
	CONSTRAINT fk_webhook_deliveries_waba_id_wabas FOREIGN KEY(waba_id) REFERENCES wabas (id)
);
INSERT INTO "webhook_deliveries" VALUES(1,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlBQkI4RERFQjlEOTFGQkRDREU5','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"messages":[{"from":"447700900101","from_user_id":"GB.221138678518884","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlBQkI4RERFQjlEOTFGQkRDREU5","timestamp":"1796084775","type":"text","text":{"body":"Hello"}}]},"field":"messages"}]}]}','2026-12-01 00:26:15.678075',1,0,'2026-12-01 00:26:15.698106','2026-12-01 00:26:15.746246',NULL,0,200,NULL,'2026-12-01 00:26:15.746246',NULL);
INSERT INTO "webhook_deliveries" VALUES(2,'762614735021045','106899933418894','flows',NULL,NULL,'{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","time":1796084775,"changes":[{"value":{"event":"FLOW_STATUS_CHANGE","message":"Flow Your name has been created with DRAFT status","flow_id":"671153337922331","new_status":"DRAFT"},"field":"flows"}]}]}','2026-12-01 00:26:15.901722',1,0,'2026-12-01 00:26:15.910765','2026-12-01 00:26:15.914016',NULL,0,200,NULL,'2026-12-01 00:26:15.914016',NULL);
INSERT INTO "webhook_deliveries" VALUES(3,'762614735021045','106899933418894','flows',NULL,NULL,'{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","time":1796084776,"changes":[{"value":{"event":"FLOW_STATUS_CHANGE","message":"Flow Your name changed status from DRAFT to PUBLISHED","flow_id":"671153337922331","old_status":"DRAFT","new_status":"PUBLISHED"},"field":"flows"}]}]}','2026-12-01 00:26:16.012494',1,0,'2026-12-01 00:26:16.022970','2026-12-01 00:26:16.026201',NULL,0,200,NULL,'2026-12-01 00:26:16.026201',NULL);
INSERT INTO "webhook_deliveries" VALUES(4,'762614735021045','106899933418894','message_echoes','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"message_echoes":[{"from":"442079460101","to":"447700900101","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC","timestamp":"1796084776","type":"interactive","interactive":{"type":"flow","body":{"text":"A Flow for you"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"671153337922331","flow_cta":"Open","flow_token":"token-671153337922331"}}}}]},"field":"message_echoes"}]}]}','2026-12-01 00:26:16.080839',1,0,'2026-12-01 00:26:16.089954','2026-12-01 00:26:16.128320',NULL,0,200,NULL,'2026-12-01 00:26:16.128320',NULL);
INSERT INTO "webhook_deliveries" VALUES(5,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC","status":"sent","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"6d06affdfdc534e22c7dbbc080c4c7ad","origin":{"type":"service"},"expiration_timestamp":"1796171175"},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.089182',1,0,'2026-12-01 00:26:16.137214','2026-12-01 00:26:16.191232',NULL,0,200,NULL,'2026-12-01 00:26:16.191232',NULL);
INSERT INTO "webhook_deliveries" VALUES(6,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC","status":"delivered","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"6d06affdfdc534e22c7dbbc080c4c7ad","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.099456',1,0,'2026-12-01 00:26:16.201446','2026-12-01 00:26:16.253485',NULL,0,200,NULL,'2026-12-01 00:26:16.253485',NULL);
INSERT INTO "webhook_deliveries" VALUES(7,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC","status":"read","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"6d06affdfdc534e22c7dbbc080c4c7ad","origin":{"type":"service"}}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.142634',1,0,'2026-12-01 00:26:16.264100','2026-12-01 00:26:16.279451',NULL,0,200,NULL,'2026-12-01 00:26:16.279451',NULL);
INSERT INTO "webhook_deliveries" VALUES(8,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEU3OUE0MjMyQ0IzOURCRkE0RjFF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"messages":[{"from":"447700900101","from_user_id":"GB.221138678518884","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEU3OUE0MjMyQ0IzOURCRkE0RjFF","timestamp":"1796084776","type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"name\":\"Ada Lovelace\",\"kind\":\"static\",\"flow_token\":\"token-671153337922331\"}"}},"context":{"from":"442079460101","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDQ2MTMwMjc0MTQ5NDg5MzcwN0NC"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.184542',1,0,'2026-12-01 00:26:16.289521','2026-12-01 00:26:16.337482',NULL,0,200,NULL,'2026-12-01 00:26:16.337482',NULL);
INSERT INTO "webhook_deliveries" VALUES(9,'762614735021045','106899933418894','flows',NULL,NULL,'{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","time":1796084776,"changes":[{"value":{"event":"FLOW_STATUS_CHANGE","message":"Flow With an endpoint has been created with DRAFT status","flow_id":"928162932584431","new_status":"DRAFT"},"field":"flows"}]}]}','2026-12-01 00:26:16.286536',1,0,'2026-12-01 00:26:16.341232','2026-12-01 00:26:16.344396',NULL,0,200,NULL,'2026-12-01 00:26:16.344396',NULL);
INSERT INTO "webhook_deliveries" VALUES(10,'762614735021045','106899933418894','flows',NULL,NULL,'{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","time":1796084776,"changes":[{"value":{"event":"FLOW_STATUS_CHANGE","message":"Flow With an endpoint changed status from DRAFT to PUBLISHED","flow_id":"928162932584431","old_status":"DRAFT","new_status":"PUBLISHED"},"field":"flows"}]}]}','2026-12-01 00:26:16.381132',1,0,'2026-12-01 00:26:16.390339','2026-12-01 00:26:16.393389',NULL,0,200,NULL,'2026-12-01 00:26:16.393389',NULL);
INSERT INTO "webhook_deliveries" VALUES(11,'762614735021045','106899933418894','message_echoes','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"message_echoes":[{"from":"442079460101","to":"447700900101","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz","timestamp":"1796084776","type":"interactive","interactive":{"type":"flow","body":{"text":"A Flow for you"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"928162932584431","flow_cta":"Open","flow_token":"token-928162932584431","flow_action":"data_exchange"}}}}]},"field":"message_echoes"}]}]}','2026-12-01 00:26:16.441090',1,0,'2026-12-01 00:26:16.449052','2026-12-01 00:26:16.471103',NULL,0,200,NULL,'2026-12-01 00:26:16.471103',NULL);
INSERT INTO "webhook_deliveries" VALUES(12,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz","status":"sent","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"},"expiration_timestamp":"1796171176"},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.447931',1,0,'2026-12-01 00:26:16.475960','2026-12-01 00:26:16.522468',NULL,0,200,NULL,'2026-12-01 00:26:16.522468',NULL);
INSERT INTO "webhook_deliveries" VALUES(13,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz","status":"delivered","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.456957',1,0,'2026-12-01 00:26:16.531735','2026-12-01 00:26:16.580003',NULL,0,200,NULL,'2026-12-01 00:26:16.580003',NULL);
INSERT INTO "webhook_deliveries" VALUES(14,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz","status":"read","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.492947',1,0,'2026-12-01 00:26:16.589936','2026-12-01 00:26:16.659187',NULL,0,200,NULL,'2026-12-01 00:26:16.659187',NULL);
INSERT INTO "webhook_deliveries" VALUES(15,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDdENUY5MEUzRkIxMTdFNkZGOUIw','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"messages":[{"from":"447700900101","from_user_id":"GB.221138678518884","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDdENUY5MEUzRkIxMTdFNkZGOUIw","timestamp":"1796084776","type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"flow_token\":\"token-928162932584431\"}"}},"context":{"from":"442079460101","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEZCNTczODVDNjIwNUQ0MDQyNTcz"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.634737',1,0,'2026-12-01 00:26:16.665952','2026-12-01 00:26:16.674170',NULL,0,200,NULL,'2026-12-01 00:26:16.674170',NULL);
INSERT INTO "webhook_deliveries" VALUES(16,'762614735021045','106899933418894','message_echoes','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"message_echoes":[{"from":"442079460101","to":"447700900101","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF","timestamp":"1796084776","type":"interactive","interactive":{"type":"flow","body":{"text":"A Flow for you"},"action":{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"928162932584431","flow_cta":"Open","flow_token":"token-928162932584431","flow_action":"data_exchange"}}}}]},"field":"message_echoes"}]}]}','2026-12-01 00:26:16.667858',1,0,'2026-12-01 00:26:16.686092','2026-12-01 00:26:16.733377',NULL,0,200,NULL,'2026-12-01 00:26:16.733377',NULL);
INSERT INTO "webhook_deliveries" VALUES(17,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF","status":"sent","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"},"expiration_timestamp":"1796171176"},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.684350',1,0,'2026-12-01 00:26:16.737384','2026-12-01 00:26:16.785304',NULL,0,200,NULL,'2026-12-01 00:26:16.785304',NULL);
INSERT INTO "webhook_deliveries" VALUES(18,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF","status":"delivered","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.696635',1,0,'2026-12-01 00:26:16.789993','2026-12-01 00:26:16.837256',NULL,0,200,NULL,'2026-12-01 00:26:16.837256',NULL);
INSERT INTO "webhook_deliveries" VALUES(19,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEE2OTA3ODQ4QzQ0MEMxNEU5RDdF","status":"read","timestamp":"1796084776","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}}}]},"field":"messages"}]}]}','2026-12-01 00:26:16.749994',1,0,'2026-12-01 00:26:16.842778','2026-12-01 00:26:16.888796',NULL,0,200,NULL,'2026-12-01 00:26:16.888796',NULL);
INSERT INTO "webhook_deliveries" VALUES(20,'762614735021045','106899933418894','flows',NULL,NULL,'{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","time":1796084776,"changes":[{"value":{"event":"FLOW_STATUS_CHANGE","message":"Flow A draft has been created with DRAFT status","flow_id":"948181525996978","new_status":"DRAFT"},"field":"flows"}]}]}','2026-12-01 00:26:16.984075',1,0,'2026-12-01 00:26:16.997897','2026-12-01 00:26:17.003380',NULL,0,200,NULL,'2026-12-01 00:26:17.003380',NULL);
INSERT INTO "webhook_deliveries" VALUES(21,'762614735021045','106899933418894','message_echoes','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"message_echoes":[{"from":"442079460101","to":"447700900101","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3","timestamp":"1796084780","type":"text","text":{"body":"Message 0"}}]},"field":"message_echoes"}]}]}','2026-12-01 00:26:20.280971',1,0,'2026-12-01 00:26:20.293816','2026-12-01 00:26:20.416155',NULL,0,200,NULL,'2026-12-01 00:26:20.416155',NULL);
INSERT INTO "webhook_deliveries" VALUES(22,'539132325562411','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3","status":"sent","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"},"expiration_timestamp":"1796171176"},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:20.292522',1,0,'2026-12-01 00:26:20.429885','2026-12-01 00:26:21.180110','2026-12-01 00:26:25.429885',0,NULL,'Nothing can be reached at 127.0.0.1:18461 (Connect call failed (''127.0.0.1'', 34729)). Check that it runs and listens there.',NULL,NULL);
INSERT INTO "webhook_deliveries" VALUES(23,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3","status":"sent","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"},"expiration_timestamp":"1796171176"},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:20.292522',1,0,'2026-12-01 00:26:20.741195','2026-12-01 00:26:20.772046',NULL,0,200,NULL,'2026-12-01 00:26:20.772046',NULL);
INSERT INTO "webhook_deliveries" VALUES(24,'539132325562411','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3","status":"delivered","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:20.302195',0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "webhook_deliveries" VALUES(25,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEMzQjBGQTM5NzU2NEJGRUMyQjg3","status":"delivered","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:20.302195',1,0,'2026-12-01 00:26:20.833573','2026-12-01 00:26:21.192481',NULL,0,200,NULL,'2026-12-01 00:26:21.192481',NULL);
INSERT INTO "webhook_deliveries" VALUES(26,'762614735021045','106899933418894','message_echoes','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"message_echoes":[{"from":"442079460101","to":"447700900101","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF","timestamp":"1796084780","type":"text","text":{"body":"Message 1"}}]},"field":"message_echoes"}]}]}','2026-12-01 00:26:20.712747',1,0,'2026-12-01 00:26:21.196259','2026-12-01 00:26:21.199239',NULL,0,200,NULL,'2026-12-01 00:26:21.199239',NULL);
INSERT INTO "webhook_deliveries" VALUES(27,'539132325562411','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF","status":"sent","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"},"expiration_timestamp":"1796171176"},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:20.803026',0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "webhook_deliveries" VALUES(28,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF","status":"sent","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"},"expiration_timestamp":"1796171176"},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:20.803026',1,0,'2026-12-01 00:26:21.205407','2026-12-01 00:26:21.208401',NULL,0,200,NULL,'2026-12-01 00:26:21.208401',NULL);
INSERT INTO "webhook_deliveries" VALUES(29,'539132325562411','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF","status":"delivered","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:21.003425',0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "webhook_deliveries" VALUES(30,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"statuses":[{"id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGDlENjU3NUI5OEM5NUZGN0JFNjJF","status":"delivered","timestamp":"1796084780","recipient_id":"447700900101","recipient_user_id":"GB.221138678518884","conversation":{"id":"c3e46b4445d6b163e92fd671e8e151ae","origin":{"type":"service"}},"pricing":{"billable":false,"pricing_model":"PMP","type":"free_customer_service","category":"service"}}]},"field":"messages"}]}]}','2026-12-01 00:26:21.003425',1,0,'2026-12-01 00:26:21.214351','2026-12-01 00:26:21.265341',NULL,0,200,NULL,'2026-12-01 00:26:21.265341',NULL);
INSERT INTO "webhook_deliveries" VALUES(31,'539132325562411','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEFGQTU2OTg5NjU4QjgzNDIzQkQ4','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"messages":[{"from":"447700900101","from_user_id":"GB.221138678518884","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEFGQTU2OTg5NjU4QjgzNDIzQkQ4","timestamp":"1796084781","type":"text","text":{"body":"Good morning"}}]},"field":"messages"}]}]}','2026-12-01 00:26:21.140029',0,0,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "webhook_deliveries" VALUES(32,'762614735021045','106899933418894','messages','373562296042890','wamid.HQs0NDc3MDA5MDAxMDEVAgARGEFGQTU2OTg5NjU4QjgzNDIzQkQ4','{"object":"whatsapp_business_account","entry":[{"id":"106899933418894","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460101","phone_number_id":"373562296042890"},"contacts":[{"profile":{"name":"Amara"},"wa_id":"447700900101","user_id":"GB.221138678518884"}],"messages":[{"from":"447700900101","from_user_id":"GB.221138678518884","id":"wamid.HQs0NDc3MDA5MDAxMDEVAgARGEFGQTU2OTg5NjU4QjgzNDIzQkQ4","timestamp":"1796084781","type":"text","text":{"body":"Good morning"}}]},"field":"messages"}]}]}','2026-12-01 00:26:21.140029',1,0,'2026-12-01 00:26:21.269320','2026-12-01 00:26:21.272307',NULL,0,200,NULL,'2026-12-01 00:26:21.272307',NULL);
CREATE INDEX ix_jobs_due_at ON jobs (due_at);
CREATE INDEX ix_apps_business_id ON apps (business_id);
CREATE INDEX ix_wabas_business_id ON wabas (business_id);
CREATE INDEX ix_access_tokens_app_id ON access_tokens (app_id);
CREATE INDEX ix_flows_waba_id ON flows (waba_id);
CREATE UNIQUE INDEX uq_flows_waba_id_name ON flows (waba_id, name) WHERE status <> 'DELETED';
CREATE INDEX ix_phone_numbers_waba_id ON phone_numbers (waba_id);
CREATE INDEX ix_webhook_deliveries_pending ON webhook_deliveries (app_id, delivered_at, id);
CREATE INDEX ix_webhook_deliveries_wamid ON webhook_deliveries (wamid);
CREATE INDEX ix_flow_versions_flow_id ON flow_versions (flow_id);
CREATE INDEX ix_messages_chat ON messages (phone_number_id, wa_id, created_at);
CREATE INDEX ix_messages_flow_id ON messages (flow_id);
CREATE INDEX ix_flow_sessions_flow_id ON flow_sessions (flow_id);
CREATE INDEX ix_flow_sessions_handset_id ON flow_sessions (handset_id);
CREATE INDEX ix_trace_entries_session ON trace_entries (session_id, id);
CREATE INDEX ix_exchanges_session ON exchanges (session_id, id);
CREATE INDEX ix_media_created_at ON media (created_at);
CREATE INDEX ix_media_session_id ON media (session_id);
COMMIT;
