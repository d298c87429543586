from .kit.card import Card as Card
from .kit.card import card as card
from .kit.lifecycle import stop_all as stop_all
from .timeline import CallSpan as CallSpan
from .timeline import CallTimeline as CallTimeline
from .timeline import PoolLab as PoolLab
from .timeline import Timeline as Timeline
