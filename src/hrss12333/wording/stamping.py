"""Whether a unit may stamp its own filing now, and what prevents it, a line a respondent."""

from __future__ import annotations

from msgspec import Struct

from hrss12333.checking.rules.catalogue import RULES
from hrss12333.model.national import State
from hrss12333.questions.respondents import Respondent, Respondents
from hrss12333.survey.editions.edition import Edition
from hrss12333.wording.privacy import public_text
from hrss12333.wording.verdicts import respondent_text, unaudited_text


class Stamping(Struct, frozen=True):
    """What keeps a unit from stamping its filing."""

    obstacles: tuple[str, ...]
    """Chinese, a line each; none where it may stamp."""
    is_draft: bool
    """Whether an error is open, a city has not reported, or a file was not audited: the form says 未定稿."""

    def lines(self, code: str | None, before: str | None) -> list[str]:
        """The verdict, then the obstacles. ``code`` is the filing's 校验码, ``before`` that of the earlier round's."""
        again = f"校验码与上次的{before}不同，已经盖章的须重新盖章。" if before and before != code else ""
        if not self.obstacles:
            return [f"可以盖章：没有要改正、核实的，没有没报的，校验码{code}。{again}"]
        return [f"暂勿盖章：还有{len(self.obstacles)}项没有办结。{again}", *self.obstacles]


def stamping_of(respondents: Respondents) -> Stamping:
    """Of the unit whose cities these are, and of the unit as a whole."""
    national = respondents.inbox.national
    silent = [each for each in respondents.listed if each.state is State.MISSING]
    asked = [each for each in respondents.listed if each.open_questions or each in silent]
    obstacles = [unaudited_text(national), *(_obstacle(each, national.edition) for each in asked)]
    is_faulty = any(question.is_error for question in respondents.open_questions)
    return Stamping(tuple(filter(None, obstacles)), is_faulty or bool(silent or national.unaudited))


def _obstacle(respondent: Respondent, edition: Edition) -> str:
    """要改　石嘴山市（改正1处）：各项来电数对不上; 没报　中卫市（1月14日来信，附件为扫描件）."""
    titles = dict.fromkeys(RULES[one.ground.rule].text_in(edition).title for one in respondent.open_questions)
    about = f"：{'；'.join(titles)}" if titles else ""
    return public_text(f"{respondent.state.value}　{respondent_text(respondent)}{about}")
