from .output import ProgramError as ProgramError
from .programs import CURE as CURE
from .programs import available as available
from .programs import run as run
from .programs import serve as serve
from .project import folder as folder
from .project import save as save
from .source_code import source as source
