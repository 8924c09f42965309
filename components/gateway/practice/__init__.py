"""The practice gateway: the LeadLex API on loopback, where nothing leaves this computer."""

from components.gateway.practice.keys import SPECIAL_KEYS
from components.gateway.practice.ledger import Delivery
from components.gateway.practice.recipients import SPECIAL_RECIPIENTS
from components.gateway.practice.server import PracticeGateway

__all__ = ["SPECIAL_KEYS", "SPECIAL_RECIPIENTS", "Delivery", "PracticeGateway"]
