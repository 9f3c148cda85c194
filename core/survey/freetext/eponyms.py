"""Names that stand for an illness, sign, test or device and are nobody's: Bell's palsy, Oxford hip score."""

from __future__ import annotations

import re

#: After a name that a patient bears too: only what leaves no doubt. The release's attack goes by it too.
AFTER_EPONYM = re.compile(
    r"(?:['’`]s?|s['’`]?)?(?:[ \-/]+[A-Z]?[\w'’.]*){0,2}?[ \-/]+(?:disease|syndrome|palsy|sign|test|fracture|"
    r"dystrophy|contracture|lymphoma|sarcoma|tumou?r|thyroiditis|oesophagus|esophagus|scale|score|index|chorea|"
    r"ataxia|anaemia|anemia|phenomenon|encephalopathy|disorder|deformity|procedure|operation|classification|"
    r"method|catheter|manoeuvre|nodes?|ulcer|sarcoidosis|gangrene|erythema|dementia|hernia|law|criteria|reflex)s?\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:['’`]s?|s['’`]?)?(?:[ \-/]+[A-Z][\w'’.\-]*){0,2}?[ \-/]+(?:body|bodies|line|coil|pump|patch|"
    r"inhaler|neuroma|cyst|tenosynovitis|purpura|foot|gait|angle|grade|grading|stage|staging|type|class|type|point|tube|splint|bandage|"
    r"traction|laser|repair|nephropathy|neuropathy|granulomatosis|arteritis|vasculitis|spots?|nails?|"
    r"cells?|inclusion|malformation|tetralogy|fundoplication|osteotomy|arthroplasty|incision|stool|hip|knee|coma|"
    r"postnatal|outcome|handicap|questionnaire|inventory|assessment|chart|curve|block|fissure|triad|pouch|anomaly|"
    r"contraction|exercises|factor|rule|formula|equation|respiration|breathing|fever|sore|pox|shunt|stent|drain|"
    r"positive|negative|neg|pos|\+ve|-ve|downgoing|upgoing|central|lateral)s?\b",
    re.IGNORECASE,
)


def is_eponym(text: str, end: int, *, listed: bool) -> bool:
    """Whether the word that ends at `end` names an illness or test by what follows it. `listed`: the word
    is a known eponym, for which looser company will do."""
    if AFTER_EPONYM.match(text, end):
        return True
    return listed and _MORE.match(text, end) is not None
