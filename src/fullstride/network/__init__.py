"""The network: the object people hold."""

from fullstride.network.network import Network
from fullstride.network.predictor import Predictor
from fullstride.network.storage import load
from fullstride.network.summary import Summary, SummaryRow
from fullstride.program.profile import Profile

__all__ = ["Network", "Predictor", "Profile", "Summary", "SummaryRow", "load"]
