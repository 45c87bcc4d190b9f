"""What an inspector of the demo district has in hand. As in meetings.demo, which asks for it last."""

from datetime import date

from meetings.demo.people import District

from . import demo_authority, demo_inspections, demo_rectification, demo_working


def write(district: District, on: date) -> None:
    demo_inspections.write(district, on)
    demo_working.write(district, on)
    demo_rectification.write(district, on)
    demo_authority.write(district, on)
