"""The endpoint of "Choose a product": products with pictures, a basket with prices, and the order itself.

    APP_SECRET=… uvicorn --factory endpoint:app --port 9000

`private.pem` stands beside this file; its public half belongs to your phone number, and APP_SECRET to the app that the
Flow is linked to. Replace `PRODUCTS` and `Orders` by what you have: orders are kept in memory, a restart forgets them.

The basket travels with the screens as a text such as `mug:2,bowl:1`, so nothing has to be remembered for people who
never order. What it says is read anew each time: prices and what exists are decided here.
"""

import os
import sys
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen, TokenExpired

PICTURES = Path(__file__).parent / "pictures"
CURRENCY = "£"
MOST_PIECES = 6
UNUSED = "unused"  # the token of a message that has none; many people share it


@dataclass(frozen=True)
class Product:
    """`price` is in whole pounds, `picture` the name of a file; `picture_text` is for people who do not see it."""

    name: str
    price: int
    description: str
    picture: str
    picture_text: str

    def image(self) -> str:
        return b64encode((PICTURES / self.picture).read_bytes()).decode("ascii")


PRODUCTS = {
    "mug": Product(
        "Harbour mug",
        18,
        "Holds 300 ml. Thrown by hand, with a band in yellow glaze. Goes into the dishwasher.",
        "mug.png",
        "A blue mug with a yellow band",
    ),
    "bowl": Product(
        "Terracotta bowl",
        24,
        "Wide enough for a salad for two. Fired twice, so it keeps its colour.",
        "bowl.png",
        "A red-brown bowl with a light band",
    ),
    "vase": Product(
        "Meadow vase",
        32,
        "For a handful of flowers, 24 cm high. The neck holds them upright.",
        "vase.png",
        "A green vase with a narrow neck",
    ),
    "plate": Product(
        "Sand plate",
        21,
        "27 cm across, with a thin blue ring. Every rim is a little different.",
        "plate.png",
        "A sand-coloured plate with a blue ring",
    ),
}

Basket = Mapping[str, int]
"""How many of each product."""


@dataclass
class Orders:
    """What was ordered, by number."""

    placed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def place(self, basket: Basket, address: Mapping[str, str]) -> str:
        number = f"A-{len(self.placed) + 10001}"
        self.placed[number] = {"basket": dict(basket), "total": total(basket), **address}
        return number


def build(private_key: str | Path, app_secret: str, *, orders: Orders | None = None) -> Endpoint:
    """The endpoint with all its handlers. Raises UnusableKey."""
    book = orders or Orders()
    endpoint = Endpoint(private_key=private_key, app_secret=app_secret)
    finished: set[str] = set()

    def refuse_finished(request: Request) -> None:
        if request.flow_token in finished:
            raise TokenExpired("This order is placed. Write to us if you want to change it.")

    @endpoint.on_init
    async def begin(request: Request) -> Screen:
        refuse_finished(request)
        return Screen("PRODUCTS", products_data({}))

    @endpoint.on("PRODUCTS")
    async def show_product(request: Request) -> Screen:
        refuse_finished(request)
        basket, product = read_basket(request.data), text(request.data, "product")
        if product not in PRODUCTS:
            return Screen("PRODUCTS", products_data(basket), "This product is sold out. Choose another one.")
        return Screen("PRODUCT", product_data(product, basket))

    @endpoint.on("PRODUCT")
    async def add_to_basket(request: Request) -> Screen:
        refuse_finished(request)
        basket, product = read_basket(request.data), text(request.data, "product")
        pieces = _whole(text(request.data, "quantity"))
        if product not in PRODUCTS or not 1 <= pieces <= MOST_PIECES:
            return Screen("PRODUCT", error_message=f"Choose 1 to {MOST_PIECES} pieces.")
        return Screen("BASKET", basket_data({**basket, product: pieces}))

    @endpoint.on("BASKET")
    async def show_products_again(request: Request) -> Screen:
        refuse_finished(request)
        return Screen("PRODUCTS", products_data(read_basket(request.data)))

    @endpoint.on("REVIEW")
    async def place_order(request: Request) -> Screen | Finish:
        refuse_finished(request)
        basket = read_basket(request.data)
        address = {name: text(request.data, name) for name in ("recipient", "street", "town")}
        if not basket or not all(address.values()):
            return Screen("REVIEW", error_message="Go back and give your whole address.")
        number = book.place(basket, address)
        if request.flow_token != UNUSED:
            finished.add(request.flow_token)
        return Finish({"order": number, "basket": written(basket), "total": total(basket), **address})

    return endpoint


def products_data(basket: Basket) -> dict[str, Any]:
    rows = [
        {
            "id": key,
            "main-content": {"title": product.name, "description": f"{CURRENCY}{product.price}"},
            "start": {"image": product.image(), "alt-text": product.picture_text},
        }
        for key, product in PRODUCTS.items()
    ]
    return {"products": rows, "basket": written(basket)}


def product_data(key: str, basket: Basket) -> dict[str, Any]:
    product = PRODUCTS[key]
    return {
        "product": key,
        "name": product.name,
        "price": f"{CURRENCY}{product.price} each",
        "description": product.description,
        "picture": product.image(),
        "picture_text": product.picture_text,
        "quantities": [{"id": str(pieces), "title": str(pieces)} for pieces in range(1, MOST_PIECES + 1)],
        "basket": written(basket),
    }


def basket_data(basket: Basket) -> dict[str, Any]:
    lines = [
        f"{pieces} × {PRODUCTS[key].name}, {CURRENCY}{pieces * PRODUCTS[key].price}" for key, pieces in basket.items()
    ]
    return {
        "lines": "\n".join(lines),
        "total": f"Total {CURRENCY}{total(basket)}, delivery included",
        "basket": written(basket),
    }


def total(basket: Basket) -> int:
    return sum(pieces * PRODUCTS[key].price for key, pieces in basket.items())


def written(basket: Basket) -> str:
    return ",".join(f"{key}:{pieces}" for key, pieces in basket.items())


def read_basket(data: dict[str, Any]) -> Basket:
    """What the basket says; entries that are no products or no sensible number are left out."""
    entries = [entry.partition(":") for entry in text(data, "basket").split(",")]
    counted = {key: _whole(pieces) for key, _, pieces in entries if key in PRODUCTS}
    return {key: pieces for key, pieces in counted.items() if 1 <= pieces <= MOST_PIECES}


def text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def _whole(written_number: str) -> int:
    return int(written_number) if written_number.isascii() and written_number.isdigit() else 0


def app() -> Endpoint:
    """What an ASGI server runs."""
    secret = os.environ.get("APP_SECRET") or sys.exit("Set APP_SECRET to the secret of the app the Flow is linked to.")
    return build(Path(__file__).parent / "private.pem", secret)
