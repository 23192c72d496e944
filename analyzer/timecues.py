"""What a time expression belongs to, by the words around it: an act, its report, a plan, a thing, a clause beside.

A helper of ``dates`` and ``published``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from analyzer.speech import QUOTED
from analyzer.timex import DAY, EXPRESSION, SAID, Timex, has_past, is_ahead, tells_past

# A sentence in which whoever spoke before goes on: "He added ...", "“...,” she said".
GOES_ON = re.compile(
    r"\W*(?:he|she|it|they)\b|.*?(?:\b(?:he|she|it|they) (?:\w+ )?(?:said|says|added|adds|told|insisted|promised)\b"
    r"|[“\"‘]|\badd(?:ed|s)\b)",
    re.IGNORECASE | re.DOTALL,
)


# A date after these is no day on which something was done: "until 1 August", "the vote promised for September".
_DEADLINE = re.compile(
    r"\b(?:until|till|due(?: (?:in|on|by))?|(?:promised|scheduled|planned|slated|set) for)\b"
    r"(?: the(?: end of)?| early| late)?\s*$",
    re.IGNORECASE,
)
# "A vote is scheduled for 30 January": what is told is the vote.
_SET_FOR = re.compile(
    r"(?<!\bthat )(?<!\bwhich )\b(?:is|are|ha(?:s|ve) been)(?: now| \w+ly)? (?:scheduled|planned|slated|set) for"
    r"(?: early| late)?\s*$",
    re.IGNORECASE,
)
# "letters that told them to leave by the end of March", "a programme to halve costs by 2014"; it is no aim that power
# "was restored to towns by Friday".
_BY = r"by(?: the)?(?: (?:end|middle|start|beginning) of)?\s*$"
_NO_AIM = (
    r"(?:return|restor|mov|deliver|transferr|spread|extend|evacuat|promot|add)(?:ed|ing)?|[bs]rought|sent|taken|w[eo]nt"
    r"|gone|back|up|down|close|access|rose|risen|fell|fallen|grown|shrunk|given|sold|handed|home|managed|began|started"
    r"|continued|helped|seem\w*|appear\w*"
)
_AIM = re.compile(
    rf"\b(?:(?:tell|told|order|ask|urg|instruct|requir|oblig|warn|demand)\w*\b[^.;]* to (?:\w+ ){{1,7}}"
    rf"|(?!(?:{_NO_AIM}) )[\w’'-]+,? to (?!(?:have|the|an?|his|her|its|their|it|him|them|us|most|many|all|some|both"
    rf"|this|that|these|those|every|each|any|about|around|almost|nearly|roughly|just|only|under|over|below|above"
    rf"|less|more|fewer|at|within|near|zero|one|two|three|ten|\w+[^s\W]s)\b)(?-i:[a-z]+) [^,;]+ ){_BY}",
    re.IGNORECASE,
)
_LONGEST = 60  # characters of an expression, at most
_BY_WHEN = re.compile(_BY, re.IGNORECASE)
_NEAR = 80  # characters within which a verb of saying is the one that a time opens
_REACH = 250  # characters before an expression within which what it belongs to stands
_AIMED = re.compile(rf"\b(?:will|would|shall|should|can|could|may|might|must)\b[^,;]* {_BY}", re.IGNORECASE)
_BY_MONTH = re.compile(r"by ", re.IGNORECASE)  # within the expression
# "lent it until 2023", "has suspended exports until December"; what "ran until August" is dated by that.
_LIMIT = re.compile(r"(?:until|till|through|before)\b", re.IGNORECASE)  # within the expression
_LIMITED = re.compile(r"\b(?:has|have|is|are) [^,;]*$", re.IGNORECASE)
# "cancelled the vote of 10 September", "Friday's talks were put off": the day is that of what is called off.
_OFF = (
    r"(?:cancel(?:s|l?ed|l?ing)?|postpon(?:es?|ed|ing)|(?:break|broke|call|put)\w* off|scrap(?:s|ped|ping)?"
    r"|delay(?:ed|ing)|defer(?:s|red|ring)?|shelv(?:es?|ed|ing)|reschedul(?:es?|ed|ing)|mov(?:ed|ing)|(?<=to )move"
    r"|suspend(?:s|ed|ing)?|abandon(?:s|ed|ing)?)"
)
_CALLED_OFF = re.compile(rf"\b{_OFF}(?: (?!(?:on|in|at|after|during)\b)[\w’'-]+){{0,5}}\s*$", re.IGNORECASE)
_IS_OFF = re.compile(rf"['’]s (?:[\w’'-]+ ){{1,5}}(?:was|were|is|are|been|being) {_OFF}\b", re.IGNORECASE)
_OF = re.compile(
    r"\b(?:(?<!as )(?<!end )(?<!start )(?<!beginning )(?<!middle )(?<!week )(?<!half )of|to)\s*$", re.IGNORECASE
)
_THE = re.compile(r"\b(?:the|an?|its|his|her|their)\s*$", re.IGNORECASE)
_FOR = re.compile(rf"\bfor\b(?: the(?: end of)?)?(?: {DAY},?)?\s*$", re.IGNORECASE)
_FOR_MONTH = re.compile(r"for\b", re.IGNORECASE)  # within the expression
_SINCE = re.compile(
    r"\b(?:since|from|(?:as|than|like|used) in)\b(?: (?:early|late|mid|the))?[ -][\w ]*$", re.IGNORECASE
)
# Between a verb of saying and the day of the words, "told a meeting of the county's health committee on Tuesday"; a
# coarser date so far off belongs to what is told.
_SAID_ON = re.compile(rf"\b{SAID}\b(?:[\s,]+(?!that\b|it\b|he\b|she\b|they\b)[\w’']+){{0,4}}[\s,]*$", re.IGNORECASE)
_TOLD_ON = re.compile(
    r"\b(?:told|tells|telling|inform(?:ed|s)|assured)\b"
    r"(?:[\s,]+(?!(?:that|it|he|she|they|to|whose|which|who|no|not|nobody|nothing|was|were|had|has|have|is|are|will|would)\b)"
    r"[\w’'-]+){0,14}[\s,]*$",
    re.IGNORECASE,
)
# Before or behind a date of words: "since Monday" dates none; "On Monday the board said", "Monday again said".
_UP_TO = re.compile(r"\b(?:by|until|till|since|from|before|after|through)\W*$", re.IGNORECASE)
_UP_TO_MONTH = re.compile(r"(?:by|until|till|before|after|through) ", re.IGNORECASE)  # within the expression
_OPENS = re.compile(
    r"(?:(?:only|back|just|as (?:late|recently) as|already|before that|(?:less|more) than|nearly|almost|barely|about"
    r"|over),? )*(?:(?:on|in|late|early|the) )*$",
    re.IGNORECASE,
)
_THEN_SAID = re.compile(rf"\W*(?:\w+ )?(?:has |had |have |again |also |once )*{SAID}\b", re.IGNORECASE)
# What is under way, or true to this day, is no older than its report: "has massed troops", "is building".
CURRENT = re.compile(r"\b(?:has|have|is|are|remains?|continues?)\b|['’](?:s|re|ve) \w+(?:ed|ing|en)\b", re.IGNORECASE)
# A sentence that recalls what was said on a day it does not name: "she had told MPs then", "X said at the time".
_RECALLED = re.compile(
    rf"\b{SAID} then\b|\b(?:once|previously|formerly) {SAID}\b"
    r"|(?<!\bbefore )(?<!\buntil )(?<!\bby )(?<!\bsince )\bthen\b(?=\W*(?:$|[.,;])| that\b)"
    r"|\bat the time\b(?! of)|^\W*(?:[\w-]+ ){0,3}(?:days?|weeks?|months?|years?) (?:before|earlier|later)\b"
    r"|\b(?:that|same|very) (?:day|evening|morning|night|week|month|year|afternoon|summer|winter|spring|autumn)\b",
    re.IGNORECASE,
)
# A verb of saying in the past perfect, if none stands over it: "said it had informed" tells what was done.
_HAD_SAID = re.compile(
    rf"\bhad (?!not\b|never\b)(?:(?!been\b)\w+ ){{0,2}}"
    rf"(?!(?:been|address|briefing|call|conference|interview|speech|statement)\b){SAID}\b",
    re.IGNORECASE,
)
SAYING = re.compile(rf"\b{SAID}\b", re.IGNORECASE)
# "said in 2008", "said in Oslo in 2008", "told reporters in Oslo in 2008"
_JUST_SAID = re.compile(
    rf"\b(?:{SAID}|told (?:[\w’'-]+ ){{0,2}}[\w’'-]+) (?:(?:in|at|from) (?-i:[A-ZÀ-Þ])[\w’'-]+"
    r"(?: (?-i:[A-ZÀ-Þ])[\w’'-]+){0,3},? )?$",
    re.IGNORECASE,
)
# "When the police came last November, his lawyer assured everybody that ..."
_WHEN = re.compile(r"\W*(?:when|while|as) [^,;.“\"]*", re.IGNORECASE)
_WHEN_SAID = re.compile(rf",(?: (?!who|which|where|whose)[\w’'-]+){{1,6}}? (?:has |had |also )?{SAID}\b", re.IGNORECASE)
# "said it would cut 300 jobs in a statement on Monday"
IN_WORDS = re.compile(
    r"\b(?:at|in) an? (?:[\w’'-]+ )?(?:statement|interview|speech|briefing|address|letter|post|tweet|news conference)"
    r"(?: issued| released)?(?: on| late| early)*\s*$",
    re.IGNORECASE,
)
# A verb of what is said: what comes behind it tells nothing of the saying. "had promised to let them pass" has none.
_OWN_VERB = re.compile(
    r"\b(?:will|would|shall|should|can|could|may|might|must|ha[sd]|have|is|are|was|were|d(?:o|oes|id)|not|never)\b"
)
# A verb of what goes on at the time of its report: "is building", "has been selling", "were still shelling it".
_ITS_SUBJECT = r"(?<!\bthat )(?<!\bwhich )(?<!\bwho )"
_IS_DOING = r"(?:\b(?:is|are)|[’']re)(?: now| still| also| \w+ly)* (?:\w+ing|still)\b"
_GOING_ON = re.compile(
    rf"{_ITS_SUBJECT}(?:{_IS_DOING}|\b(?:has|have) been(?: \w+ly)* \w+ing\b|\b(?:was|were) still \w+ing\b)"
)
_REMAINS = r"(?<!\bthe )(?<!\bhuman )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\bits )\bremains?\b(?! of\b)"
# A verb of the present, or of what lasts to it: no day that is over can be its own, unless since then.
_NOW = re.compile(rf"{_ITS_SUBJECT}(?:\b(?:has|have)\b(?! to\b)|[’']ve\b|{_IS_DOING}|{_REMAINS}|\bcontinues?\b)")
_NOT_ITS_OWN = re.compile(
    rf"[;:]|, (?:and|but|so|then)\b|[,”\"] [^,]*\b{SAID}\b|\band(?: (?:in|on|by|late|early|the))*\s*$", re.IGNORECASE
)
# Behind "has signed" a day is that of something else only if a word leads to that: "a ship that spilled oil in July".
_PERFECT = re.compile(r"ha[sv]|[’']ve")
_LEADS_ON = re.compile(
    r"\b(?:that|which|who|whose|whom|when|where|after|before|over|for|as)\b|[^\W\d_]+ (?:it|he|she|they)\b",
    re.IGNORECASE,
)
_SINCE_THEN = re.compile(r"\b(?:since|from|as (?:of|in))\b[^,;]*$", re.IGNORECASE)
# What was done "later" than a day long past was done on a day that is not known.
LATER = re.compile(
    r"(?<!\bhour )(?<!\bhours )(?<!\bminute )(?<!\bminutes )\b(?:later|subsequently|afterwards?|eventually)\b"
    r"(?! (?:this|than)\b)",
    re.IGNORECASE,
)
# "refused to pay and on Friday sued": a time between "and" and the next verb, or its subject, is that of the verb.
_AND = re.compile(r"(?:,? and|, but)(?:,| then| later)?(?: on| in| at| late| early| the)*\s*$", re.IGNORECASE)
_NEXT_WORD = re.compile(r",? (?:\w+ly )?([\w’'-]+)")
_SUBJECT = re.compile(r"(?:the|an?|its|his|her|their|he|she|it|they|we|police|troops)\b|[A-ZÀ-Þ0-9]")
# "shelled the plant built in 1984", "under a law passed in May": a participle behind its noun is dated, not the act.
_DONE = (
    r"(?:(?!need|exceed|hundred)[a-z]{2,}ed|built|bought|brought|sold|held|made|taken|won|lost|begun|drawn|written|sent"
    r"|given|shot|struck|seen|laid|put|set)(?: up| off| out| down| over| back| there)?"
)
_NOUN = r"(?:(?:the|an?|its|his|her|their|these|those|this|that|some|\d[\d,.]*)\b)"
_NO_NOUN = (
    r"(?!(?:of|to|in|on|at|by|for|from|with|and|or|but|as|that|which|who|whom|whose|was|were|is|are|be|been|being|had|has"
    r"|have|not|never|it|he|she|they|after|before|when|while|if|because|until|since|than|also|then|later|\w+ly)\b)"
)
_PARTICIPLE = re.compile(
    rf"(?P<lead>[\w’'-]+) {_NOUN}(?: {_NO_NOUN}[\w’'-]+){{1,4}} {_DONE}"
    r"(?P<by> (?:of|by|to|with|in|at|from|for|against)(?: [\w’'-]+){1,4})?(?: (?:on|late|early|only|the|back))*\s*$",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"\b(?:after|as|because|before|once|since|when|while)\b[^,;]*$", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"(?:of|to|in|on|at|by|for|from|with|under|against|over|into|through|about|near|inside|outside|across|despite)$",
    re.IGNORECASE,
)
_NO_PARTICIPLE = re.compile(
    rf"{SAID}|had|has|have|got|saw|left|ordered|show(?:ed|n)|found|reveal\w+|believ\w+|knew|thought|understood|learn(?:ed|t)"
    r"|fear\w+|suggest\w+|indicat\w+|noted|alleg\w+|estimat\w+|determin\w+|discovered|ensured|conclud\w+",
    re.IGNORECASE,
)
_SINCE_WORD = re.compile(r"\bsince\b(?: (?:at least|about|around|early|late|mid|the))*\W*$", re.IGNORECASE)
_LASTING = re.compile(r"\b(?:ha[ds]|have|been|is|are|was|were|\w+ing)\b|['’](?:s|re|ve)\b", re.IGNORECASE)
# "the man who led the revolt in 2014": a year so told.
_RELATIVE = re.compile(r"\w (?:(?:who|which) (?=\w)|that (?=(?:ha[ds]|was|were|\w+ed)\b))[^,;:]*$")
_NOUN_OF = re.compile(rf"\b(?:since|{_DONE})\W*(?:since |on |at )?$", re.IGNORECASE)  # "a company founded in 1998,"
BEFORE = 8  # characters before a claim in which its auxiliary may stand
_ASIDE = re.compile(r", (?:who|whose|which|where|whom)\b[^,;]*")
# "Norvik, founded in 1998, closed the mine", "Marin, in office since 2009, sent", "shut the mine, opened in 1984."
_APPOSED = re.compile(
    rf", (?:(?:first |\w+ly )?{_DONE}\b|in (?:office|power|charge|command|government|exile|jail|prison)\b"
    rf"|(?P<noun>{_NOUN}))[^,;]*(?P<last>,|$)",
    re.IGNORECASE,
)


def told_in(text: str, start: int, end: int) -> int:
    """Where in words that a verb of saying introduces their own verb stands: what is behind it dates no saying.

    "said on Monday that it will not accept the ban announced on Sunday"
    """
    verb = _OWN_VERB.search(text, start, end) if SAYING.search(text, 0, start) else None
    return verb.start() if verb else end


def is_deadline(text: str, item: Timex) -> bool:
    """Whether an expression says until or for when something was arranged, not when."""
    if item.ahead and _SET_FOR.search(text, 0, item.start):
        return False
    if _DEADLINE.search(text, 0, item.start) or _is_aim(text, item):
        return True
    if _LIMIT.match(text, item.start) and (item.ahead or _LIMITED.search(text, 0, item.start)):
        return True
    if _of_a_thing(text, item):
        return True
    aimed = _FOR.search(text, 0, item.start) or _FOR_MONTH.match(text, item.start)
    return bool(aimed) and not text.startswith(("'s", "’s"), item.end)  # "arrested for Monday's bombing"


def _is_aim(text: str, item: Timex) -> bool:
    """Whether an expression says by when something is to be done: "a plan to halve costs by 2014".

    After "will" and the like only behind an act of the past: "began a dam that it would finish by June".
    """
    by = _BY_MONTH.match(text, item.start)
    last = by.end() if by else item.start
    first = max(0, last - _REACH)
    if not _BY_WHEN.search(text, first, last):
        return False
    aim = _AIM.search(text, first, last)
    if aim and not has_past(text[aim.start() : last].partition(" to ")[2]):  # "Those told to leave had fled by Friday"
        return True
    aimed = _AIMED.search(text, first, last)
    return aimed is not None and has_past(SAYING.sub("", text[: aimed.start()])) and not has_past(aimed[0])


def not_of_present(text: str, start: int, end: int, item: Timex, day: dt.date | None) -> bool:
    """Whether a time that is over is none of the act's, whose own verb tells of the present.

    It stands behind the verb ("has arrested the captain of a ship that spilled oil in July", "is closing sites after
    losing money in 2019") or, if no day, beside the act ("ended the contract in January and has since deleted it").
    """
    inside = start <= item.start < end
    if item.ahead or day is None or item.date.last >= day or not (inside or item.date.precision != "day"):
        return False
    if _SINCE_THEN.search(text, start if inside else 0, item.end):
        return False
    first, last = (start, item.start) if inside else (max(0, start - BEFORE), end)
    verb = _NOW.search(text[first:last])
    if verb is None or has_past(text[start : first + verb.start()]):
        return False
    if not inside:
        return True
    rest = first + verb.end()
    if _PERFECT.match(verb[0]) and _LEADS_ON.search(text, rest, item.start) is None:
        return False  # "Police have arrested a man on Sunday"
    return _NOT_ITS_OWN.search(text, rest, item.start) is None


def of_next_verb(text: str, start: int, item: Timex) -> bool:
    """Whether an expression belongs to a verb behind "and": "The firm refused to pay and on Friday sued"."""
    lead = _AND.search(text, max(start, item.start - _REACH), item.start)
    word = _NEXT_WORD.match(text, item.end)
    if lead is None or word is None or not tells_past(text[start : lead.start()]):
        return False
    if any(
        other.end() == lead.start()
        for other in EXPRESSION.finditer(text, max(start, lead.start() - _LONGEST), lead.start())
    ):
        return False  # "on Monday and on Tuesday the army shelled the town"
    return tells_past(word[1]) or _SUBJECT.match(word[1]) is not None


def of_noun(text: str, start: int, item: Timex) -> bool:
    """Whether an expression dates what is told of a noun: "shelled the plant built in 1984"."""
    if item.date.precision == "day":  # "suspended the doctor involved on Tuesday"
        return False
    if _since_when(text, start, item):
        return True
    near = max(start, item.start - _REACH)
    told = _PARTICIPLE.search(text, near, item.start)
    if told and (told["by"] is None or item.date.precision == "year") and not _NO_PARTICIPLE.fullmatch(told["lead"]):
        before = text[start : told.start("lead")]
        if _SUBORDINATE.search(before):  # "after the number of cases in the capital doubled in May": a verb
            return False
        clause = re.split(r"[,;:—]", before)[-1]
        if tells_past(told["lead"]) or (_PREPOSITION.match(told["lead"]) and tells_past(clause)):
            return True
    relative = _RELATIVE.search(text, near, item.start) if item.date.precision == "year" else None
    return relative is not None and tells_past(text[start : relative.start() + 1])


def _since_when(text: str, start: int, item: Timex) -> bool:
    """Whether an expression behind a verb of the past says since when: "shelled the city held since 2014"."""
    since = _SINCE_WORD.search(text, max(start, item.start - _REACH), item.start)
    if since is None and not text[item.start : item.end].lower().startswith("since"):
        return False
    first = since.start() if since else item.start
    return tells_past(text[start:first]) and _LASTING.search(text, max(0, start - BEFORE), first) is None


def goes_on(text: str, start: int, end: int) -> bool:
    """Whether an act is told as still going on, so that no day named before is its own."""
    verb = _GOING_ON.search(text, max(0, start - BEFORE), end)
    before = text[start : verb.start()] if verb else '"'
    return not has_past(before) and not re.search(r'["“]', before)


def _of_a_thing(text: str, item: Timex) -> bool:
    """Whether an expression is that of a thing which is yet to be, or is called off: "cancelled next week's summit"."""
    owns = text.startswith(("'s", "’s"), item.end)
    of = (
        owns
        or text[item.start : item.end].lower().startswith(("of ", "to "))
        or _OF.search(text, 0, item.start) is not None
    )
    if of and item.ahead and not is_ahead(text[: item.start]):
        return True
    of = of or (_THE.search(text, 0, item.start) is not None and re.match(r" [a-z]", text[item.end :]) is not None)
    return (of and _CALLED_OFF.search(text, 0, item.start) is not None) or _IS_OFF.match(text, item.end) is not None


def dates_beside(text: str, item: Timex, words_end: int, start: int, end: int) -> bool:
    """Whether an expression behind words that count dates the act all the same: "The next day, on 5 May, ..."."""
    before = item.end <= start
    between = text[item.end : start] if before else text[end : item.start]
    exact = item.date.precision == "day" or (before and item.date.precision == "month")
    return item.start >= words_end and exact and not re.search(r", and\b|;", between)


def background(text: str, item: Timex, current: bool) -> bool:
    """Whether a year in another clause than the act's is background; never one that the sentence opens with.

    It is to an act that goes on (``current``), and where the words around it say since when, or as when.
    """
    if item.date.precision != "year" or item.start < 4:
        return False
    if _JUST_SAID.search(text, 0, item.start) or _when_said(text, item):
        return False
    return current or _SINCE.search(text, max(0, item.start - 12), item.end) is not None


def dates_words(text: str, item: Timex) -> bool:
    """Whether an expression stands beside a verb of saying, outside quotation marks, and not ahead."""
    before, after = text[: item.start], text[item.end :]
    if item.ahead or before.count("“") > before.count("”") or before.count('"') % 2:
        return False
    if _UP_TO.search(before) or _UP_TO_MONTH.match(text, item.start):
        return False
    return bool(
        (item.date.precision == "day" and _TOLD_ON.search(before))
        or _SAID_ON.search(before)
        or _THEN_SAID.match(after)
        or _when_said(text, item)
        or (_OPENS.fullmatch(before) and _leads_to_words(after))
    )


def _leads_to_words(after: str) -> bool:
    """Whether what follows a time that opens a sentence comes to a verb of saying, as its first verb if far off."""
    verb = SAYING.search(after, 0, _REACH)
    return verb is not None and (verb.end() <= _NEAR or (after[:1] == "," and not has_past(after[: verb.start()])))


def _when_said(text: str, item: Timex) -> bool:
    """Whether an expression tells when words fell: "When it took over in 2014, it promised that ..."."""
    return bool(_WHEN.fullmatch(text, 0, item.start) and _WHEN_SAID.match(text, item.end))


def asides(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Clauses beside ("X, who took over in 2022, left") than that of the claim at ``start:end``.

    A claim that goes no further than words set between commas ("The truce, signed in May") is about these.
    """
    apposed = (clause for clause in _APPOSED.finditer(text) if _is_apposed(text, clause))
    beside = (clause for clause in apposed if end > clause.end() or tells_past(text[start : clause.start()]))
    clauses = [clause.span() for clause in (*_ASIDE.finditer(text), *beside)]
    return [(first, last) for first, last in clauses if not first < start < last]


def _is_apposed(text: str, clause: re.Match[str]) -> bool:
    """Whether words between commas only tell of the noun before them, since when or as of when."""
    last = max(EXPRESSION.finditer(text, clause.start(), clause.end()), key=lambda item: item.end(), default=None)
    if last is None or re.search(r"\w", text[last.end() : clause.end()]):
        return False
    if not clause["last"]:
        alone = clause["noun"] is None and "," not in text[: clause.start()]
        return alone and last["dmy_"] is last["mdy_"] is last["day_"] is None
    word = _NEXT_WORD.match(text, clause.end("last") - 1)
    if word is None or not (tells_past(word[1]) or _OWN_VERB.match(word[1])):
        return False
    return clause["noun"] is None or _NOUN_OF.search(text, clause.start(), last.start()) is not None


def recalled(text: str, start: int, end: int) -> bool:
    """Whether a sentence tells ``text[start:end]`` as said earlier, on a day that it does not name."""
    verb = _OWN_VERB.search(text, start, end)
    beside = [*asides(text, start, end), *(quoted.span() for quoted in QUOTED.finditer(text))]
    beside += [(verb.start() + 1, end)] if verb else []
    plain = _plain(text, beside)
    had = next((found for found in _HAD_SAID.finditer(text) if not SAYING.search(plain, 0, found.start())), None)
    cues = [*_RECALLED.finditer(text), *([had] if had else [])]
    return any(not any(first <= cue.start() < last for first, last in beside) for cue in cues)


def _plain(text: str, beside: Sequence[tuple[int, int]]) -> str:
    """The text with blanks for what stands beside."""
    for first, last in beside:
        text = f"{text[:first]}{' ' * (last - first)}{text[last:]}"
    return text
