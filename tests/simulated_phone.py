"""A small phone with two lines, as the sources describe phones; it knows nothing of the tree.

What stops the data, and what the screen shows meanwhile:

- Airplane mode, and a line that is turned off, keep the phone off the network:
  https://support.apple.com/en-is/109317, https://airalo.com/help (temporarily disabling an eSIM).
- A travel line needs data roaming; without it there are bars but no internet. The same holds for a
  wrong APN: eSIM Deep Troubleshooting Guide of 22 September 2026, "mistakes" and section 8.
- One line at a time carries data: https://support.apple.com/en-is/109317.
- Data used up or days over: data stops, the eSIM stays in the phone, nothing renews by itself:
  https://latam.help.usepylon.com/articles/5626313250 (24 June 2026).
- Suspended: no calls, no texts, no data: ultramobile.com, "What happens if I forget to make a
  payment?".
- A number that is still moving has no service on the new line yet:
  https://help.gigs.com/articles/1200178598 (8 May 2026).
- A locked phone does not take the line of another carrier; a deleted profile is gone:
  eSIM Deep Troubleshooting Guide, sections 7 and 15.
"""

from dataclasses import dataclass


@dataclass
class Phone:
    """The state of a phone whose US line shall carry data.

    Attributes:
        airplane: airplane mode is on.
        profile: the US line is in the phone.
        line_on: the US line is turned on.
        data_line: which line is chosen for data.
        mobile_data: the switch for mobile data.
        roaming: data roaming of the US line.
        apn: whether the APN is the provider's.
        automatic: whether the network and its kind are chosen automatically.
        vpn: a VPN is on, whose server does not answer.
        saver: a data saver is on.
        locked: the phone is locked to another carrier.
        covered: whether the network has a signal in this town.
        plan: ``"fine"``, ``"used"``, ``"over"``, ``"suspended"`` or ``"moving"``.
    """

    airplane: bool = False
    profile: bool = True
    line_on: bool = True
    data_line: str = "us"
    mobile_data: bool = True
    roaming: bool = True
    apn: bool = True
    automatic: bool = True
    vpn: bool = False
    saver: bool = False
    locked: bool = False
    covered: bool = True
    plan: str = "fine"

    @property
    def registered(self) -> bool:
        """Whether the US line is on a network."""
        return (not self.airplane and self.profile and self.line_on and self.automatic
                and not self.locked and self.covered and self.plan not in ("suspended", "moving"))

    @property
    def online(self) -> bool:
        """Whether apps get data over the US line, in the background too."""
        return (self.registered and self.data_line == "us" and self.mobile_data and self.roaming
                and self.apn and self.plan == "fine" and not self.vpn and not self.saver)

    @property
    def screen(self) -> str:
        """What the top of the screen shows for the US line."""
        if self.airplane:
            return "plane"
        if not self.registered:
            return "no service"
        only_slow = Phone(**vars(self) | {"saver": False}).online
        return "some apps" if self.saver and only_slow else "bars"


CAUSES = {
    "airplane": {"airplane": True}, "line off": {"line_on": False},
    "wrong line": {"data_line": "home"}, "data off": {"mobile_data": False},
    "roaming off": {"roaming": False}, "data used up": {"plan": "used"},
    "days over": {"plan": "over"}, "suspended": {"plan": "suspended"},
    "APN": {"apn": False}, "network mode": {"automatic": False}, "VPN": {"vpn": True},
    "data saver": {"saver": True}, "no coverage": {"covered": False}, "locked": {"locked": True},
    "deleted": {"profile": False}, "moving": {"plan": "moving"},
}
# What nobody can repair on the phone.
BEYOND = {"no coverage", "locked", "deleted", "moving"}
# Causes of which a phone can have only one.
ALONE = [{"data used up", "days over", "suspended", "moving"}, {"deleted", "line off"}]


def broken(causes) -> Phone:
    """A phone with some causes at once."""
    state = {}
    for cause in causes:
        state |= CAUSES[cause]
    return Phone(**state)
