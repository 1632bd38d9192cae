"""What a clinic keeps at hand for the day its terminal fails (S-231, S-234, S-235, S-191). It tells of no patient."""

from __future__ import annotations

from typing import Literal

from .common import In, LongTyped, Out, Typed, example, example_in

Maker = Literal["almex", "panasonic", "canon", "fujitsu", "atlas"]
LinkStyle = Literal["files", "direct"]


class SupportCardOut(Out):
    """The clinic's own card: everything is the clinic's wording, and empty until somebody writes it.

    `link_style` is how its record system talks to the terminal (S-231); `terminal_route` how its staff reach the
    terminal's screen (S-234) and whether it has a monitor, keyboard and mouse of its own (S-235).
    """

    model_config = example(
        reader_maker="fujitsu",
        link_style="files",
        terminal_route="切替器の2番。キーボードは棚の下",
        maker_phone="",
        dealer_name="例示システム販売",
        dealer_phone="03-0000-0000",
        contract_number="R-0001",
        notes="",
    )
    reader_maker: Maker | None = None
    link_style: LinkStyle | None = None
    terminal_route: str = ""
    maker_phone: str = ""
    dealer_name: str = ""
    dealer_phone: str = ""
    contract_number: str = ""
    notes: str = ""


class SupportCardIn(In):
    """The whole card anew."""

    model_config = example_in(
        reader_maker="fujitsu",
        link_style="files",
        terminal_route="切替器の2番。キーボードは棚の下",
        dealer_name="例示システム販売",
        dealer_phone="03-0000-0000",
        contract_number="R-0001",
    )
    reader_maker: Maker | None = None
    link_style: LinkStyle | None = None
    terminal_route: Typed = ""
    maker_phone: Typed = ""
    dealer_name: Typed = ""
    dealer_phone: Typed = ""
    contract_number: Typed = ""
    notes: LongTyped = ""
