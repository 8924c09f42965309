"""The practice gateway: the LeadLex API on loopback, which sends nothing out."""

from components.gateway.practice.delivery_store import Delivery
from components.gateway.practice.recipients import SPECIAL_RECIPIENTS
from components.gateway.practice.server import PracticeGateway

__all__ = ["SPECIAL_RECIPIENTS", "Delivery", "PracticeGateway"]
