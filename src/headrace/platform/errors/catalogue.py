"""Every error that the WhatsApp side answers with, by name: codes, titles and subcodes are Graph's own."""

from typing import Final

from headrace.platform.errors.refusals import ErrorCode

# Any call.
UNKNOWN_ERROR: Final = ErrorCode(1, "An unknown error has occurred.", http_status=500, is_transient=True)
UNAVAILABLE: Final = ErrorCode(2, "Service temporarily unavailable", http_status=503, is_transient=True)
CLIENT_SECRET_WRONG: Final = ErrorCode(1, "Error validating client secret.")
PARAMETER_INVALID: Final = ErrorCode(100, "Invalid parameter")
BODY_TOO_LARGE: Final = ErrorCode(100, "Invalid parameter", http_status=413)
PROOF_WRONG: Final = ErrorCode(100, "Invalid appsecret_proof provided in the API argument", type="GraphMethodException")
PROOF_MISSING: Final = ErrorCode(
    100, "API calls from the server require an appsecret_proof argument", type="GraphMethodException"
)
APP_UNKNOWN: Final = ErrorCode(101, "Error validating application")
TOKEN_MISSING: Final = ErrorCode(104, "An access token is required to request this resource.", http_status=401)
TOKEN_INVALID: Final = ErrorCode(
    190, "Invalid OAuth access token - Cannot parse access token", http_status=401, subcode=467
)
TOKEN_EXPIRED: Final = ErrorCode(190, "Error validating access token", http_status=401, subcode=463)
CALLED_FROM_ELSEWHERE: Final = ErrorCode(200, "Permission Denied", http_status=403)
BODY_TOO_SLOW: Final = ErrorCode(100, "Invalid parameter", http_status=408)
PERMISSION_MISSING: Final = ErrorCode(200, "Permission Denied", http_status=403, subcode=1349174)
ACCOUNT_CALLED_TOO_OFTEN: Final = ErrorCode(
    80007,
    "There have been too many calls to this WhatsApp Business account. Wait a bit and try again.",
    subcode=2446079,
    is_transient=True,
)
BATCH_TOO_LARGE: Final = ErrorCode(100, "Too many requests in batch message. Maximum batch size is 50")
PATH_UNKNOWN: Final = ErrorCode(2500, "Unknown path components")
SYNTAX_WRONG: Final = ErrorCode(2500, "Syntax error")

# Webhooks and keys.
CALLBACK_NOT_VERIFIED: Final = ErrorCode(2200, "Callback verification failed with the following errors")
PUBLIC_KEY_UNUSABLE: Final = ErrorCode(100, "The business public key cannot be used")

# Flows.
CLONE_SOURCES_TOO_MANY: Final = ErrorCode(100, "Only one clone source can be set")
CLONE_SOURCE_UNKNOWN: Final = ErrorCode(100, "Flow with specified ID does not exist")
FLOW_NAME_TAKEN: Final = ErrorCode(100, "Flow name is not unique")
ENDPOINT_URI_INVALID: Final = ErrorCode(100, "Invalid Endpoint URI")
ENDPOINT_STANDS_IN_NEW_JSON: Final = ErrorCode(100, "Specify Endpoint Uri in Flow JSON")
ENDPOINT_STANDS_IN_JSON: Final = ErrorCode(139001, "Specify Endpoint Uri in Flow JSON")
JSON_VERSION_INVALID: Final = ErrorCode(100, "Invalid Flow JSON version")
DATA_API_VERSION_INVALID: Final = ErrorCode(100, "Invalid Flow JSON data_api_version")
FLOW_NOT_EDITABLE: Final = ErrorCode(139001, "Flow can't be updated")
FLOW_NOT_A_DRAFT: Final = ErrorCode(
    139002, "Publishing Flow in invalid state", instead="Only a draft can be published."
)
FLOW_CHANGED_MEANWHILE: Final = ErrorCode(
    139002,
    "Publishing Flow in invalid state",
    instead="The Flow was changed while it was being published. Look at it and publish it again.",
)
FLOW_NEVER_PUBLISHED: Final = ErrorCode(
    139003,
    "Can't deprecate unpublished flow",
    instead="Only a published Flow is deprecated. Delete a draft instead.",
)
FLOW_EDITED_AFTER_PUBLISHING: Final = ErrorCode(
    139003,
    "Can't deprecate unpublished flow",
    instead="It was published before and is being edited. Publish it again, then deprecate it.",
)
FLOW_ALREADY_DEPRECATED: Final = ErrorCode(139003, "Flow is already deprecated")
FLOW_IN_USE: Final = ErrorCode(
    139004, "Can't delete published Flow", instead="Deprecate it instead: messages in chats refer to it."
)
FLOW_ON_RECORD: Final = ErrorCode(
    139004, "Can't delete published Flow", instead="It was published and stays as a record."
)
FLOW_PUBLISHED_BEFORE: Final = ErrorCode(
    139004,
    "Can't delete published Flow",
    instead="It was published before, and messages in chats refer to it. Publish it again, then deprecate it.",
)

# Migrating Flows: told for each Flow that stays behind, in an answer that succeeds.
MIGRATED_NAME_TAKEN: Final = ErrorCode(
    4233041, "Flows Migration Error: Flow with the same name exists in destination WABA."
)
MIGRATED_NAME_UNKNOWN: Final = ErrorCode(4233041, "Flows Migration Error: Flow name not found in source WABA.")

METRICS_TOO_FEW: Final = ErrorCode(139006, "Metrics threshold is not reached")

# Publishing checks. Subcodes are those that others report of Meta's answers.
NUMBER_MISSING: Final = ErrorCode(139002, "No Phone Number connected to WhatsApp Business Account")
SIGNED_KEY_MISSING: Final = ErrorCode(139002, "Missing Flows Signed Public Key", subcode=4233012)
ENDPOINT_URI_MISSING: Final = ErrorCode(
    139002, "Publishing without specifying endpoint_uri is forbidden", subcode=4233024
)
ENDPOINT_MISSING_IN_JSON: Final = ErrorCode(139002, "Publishing Flow without data_channel_uri")
APP_MISSING: Final = ErrorCode(139002, "No Application Connected to the Flow")
JSON_NOT_VALID: Final = ErrorCode(139002, "Publishing Flow with validation errors", subcode=4016011)
VERSION_FROZEN: Final = ErrorCode(139002, "Versions in Flow JSON file are not available for publishing")
ENDPOINT_NOT_AVAILABLE: Final = ErrorCode(139002, "Endpoint Not Available", subcode=4233014)
WEBHOOK_MISSING: Final = ErrorCode(139002, "WhatsApp Business Account is not subscribed to Flows Webhooks")
BUSINESS_BLOCKED: Final = ErrorCode(
    139000, "Blocked By Integrity", instead="https://www.facebook.com/business/help/2058515294227817"
)

# Templates.
TEMPLATE_INVALID: Final = ErrorCode(100, "Message template cannot be used")
TEMPLATE_LIMIT_REACHED: Final = ErrorCode(100, "Message template limit exceeded", subcode=2388019)
TEMPLATE_NAME_RESTS: Final = ErrorCode(100, "Message template language is being deleted", subcode=2388023)
TEMPLATE_EXISTS: Final = ErrorCode(100, "Content in this language already exists", subcode=2388024)
TEMPLATE_TOO_LONG: Final = ErrorCode(100, "Character limit exceeded", subcode=2388040)
TEMPLATE_FIELD_MISSING: Final = ErrorCode(
    100, 'Message template "components" param is missing expected field(s)', subcode=2388043
)
TEMPLATE_HEADER_WRONG: Final = ErrorCode(100, "Message header format is incorrect", subcode=2388047)
TEMPLATE_BODY_WRONG: Final = ErrorCode(100, "Message body format is incorrect", subcode=2388072)
TEMPLATE_FOOTER_WRONG: Final = ErrorCode(100, "Message footer format is incorrect", subcode=2388073)
TEMPLATE_VARIABLES_TOO_MANY: Final = ErrorCode(100, "Too many variables for the length of the text", subcode=2388293)
TEMPLATE_VARIABLE_AT_EDGE: Final = ErrorCode(100, "Leading or trailing variables are not allowed", subcode=2388299)
TEMPLATE_NOT_EDITABLE: Final = ErrorCode(100, "Message template cannot be edited")
TEMPLATES_TOO_FAST: Final = ErrorCode(80007, "Rate limit issues")

# Messages.
MEMBER_MISSING: Final = ErrorCode(131008, "Required parameter is missing")
MEMBER_INVALID: Final = ErrorCode(131009, "Parameter value is not valid")
THROUGHPUT_HIT: Final = ErrorCode(130429, "Rate limit hit")
PAIR_RATE_HIT: Final = ErrorCode(131056, "(Business Account, Consumer Account) pair rate limit hit")
RECIPIENT_IS_SENDER: Final = ErrorCode(131021, "Recipient cannot be sender")
ACCOUNT_LOCKED: Final = ErrorCode(131031, "Account has been locked", http_status=403)
UNDELIVERABLE: Final = ErrorCode(131026, "Message undeliverable")
WINDOW_CLOSED: Final = ErrorCode(131047, "Re-engagement message")
TYPE_UNSUPPORTED: Final = ErrorCode(131051, "Unsupported message type")
MESSAGING_LIMIT_HIT: Final = ErrorCode(131048, "Spam rate limit hit")
MEDIA_UPLOAD_FAILED: Final = ErrorCode(131053, "Media upload error")
TEMPLATE_PARAMETERS_COUNTED_WRONG: Final = ErrorCode(132000, "Template param count mismatch")
TEMPLATE_UNKNOWN: Final = ErrorCode(132001, "Template does not exist", http_status=404)
TEMPLATE_TEXT_TOO_LONG: Final = ErrorCode(132005, "Template hydrated text too long")
TEMPLATE_CHARACTERS_WRONG: Final = ErrorCode(132007, "Template format character policy violated")
TEMPLATE_PARAMETER_FORMAT: Final = ErrorCode(132012, "Template parameter format mismatch")
TEMPLATE_PAUSED: Final = ErrorCode(132015, "Template is paused")
TEMPLATE_DISABLED: Final = ErrorCode(132016, "Template is disabled")
TEMPLATE_PARAMETER_WRONG: Final = ErrorCode(132018, "Template parameter issue")
FLOW_BLOCKED: Final = ErrorCode(132068, "Flow is blocked")
FLOW_THROTTLED: Final = ErrorCode(132069, "Flow is throttled")

# Phone numbers.
CODE_WRONG: Final = ErrorCode(100, "Verify code error")
PIN_WRONG: Final = ErrorCode(133005, "Two step verification PIN mismatch")
NUMBER_NOT_REGISTERED: Final = ErrorCode(133010, "Phone number not registered")
REGISTRATIONS_TOO_MANY: Final = ErrorCode(133016, "Account register deregister rate limit exceeded")

# Entries of `health_status`.
CHECK_FAILED: Final = ErrorCode(131000, "Something went wrong")
TEMPLATE_NOT_APPROVED: Final = ErrorCode(
    141002,
    "The message template is not approved.",
    instead="https://developers.facebook.com/docs/whatsapp/message-templates/guidelines",
)
BUSINESS_NOT_VERIFIED: Final = ErrorCode(
    141010,
    "The business has not passed business verification.",
    instead="https://www.facebook.com/business/help/2058515294227817",
)
