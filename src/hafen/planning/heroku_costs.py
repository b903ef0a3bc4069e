"""What an app costs at Heroku now, and what its dyno sizes cost there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from hafen.model.heroku import AddOnFact, HerokuApp
from hafen.model.preflight import CostLine
from hafen.model.price import Price
from hafen.planning.heroku_sizes import dyno_price, is_eco

_SIZES_SHOWN = ("Eco", "Basic", "Standard-1X", "Standard-2X", "Performance-M", "Performance-L")


def costs_now(production: HerokuApp, development: HerokuApp | None, today: str) -> Iterator[CostLine]:
    """Dynos and add-ons of both, a month. One-off dynos and taxes are in no price. today: ISO day."""
    apps = [app for app in (production, development) if app]
    for app in apps:
        other = "" if app is production else f" of {app.name}"
        for one in app.formation:
            if one.quantity and not is_eco(one.size):
                price = dyno_price(one.size, app.dyno_sizes, app.origin, today)
                yield CostLine(f"{one.size} {one.process}{other}", one.quantity, price)
        for addon in app.addons:
            yield CostLine(f"{addon.service}:{addon.plan}{other}", 1, _addon_price(addon, app, today))
    if any(one.quantity and is_eco(one.size) for app in apps for one in app.formation):
        yield CostLine("Eco: 1,000 hours for the whole account", 1, dyno_price("eco", (), "", today), flat=True)


def size_prices(app: HerokuApp, today: str) -> Iterator[CostLine]:
    """The usual sizes, and those that the app uses."""
    usual = {name.lower() for name in _SIZES_SHOWN}
    used = [one.size for one in app.formation if one.size and one.size.lower() not in usual]
    for name in dict.fromkeys([*_SIZES_SHOWN, *used]):
        price = dyno_price(name, app.dyno_sizes, app.origin, today)
        yield CostLine(name, 1, price, flat=is_eco(name))


def _addon_price(addon: AddOnFact, app: HerokuApp, today: str) -> Price | None:
    """None for a contract, and for an add-on that another app pays for."""
    if addon.price_usd_month is None or addon.owner:
        return None
    return Price(addon.price_usd_month, "USD", f"{app.origin}/apps/{app.name}/addons", today)
