"""Which lots leave for another region: recognised ones, earliest expiry first, in whole multiples of the ratio."""

from collections.abc import Mapping

from tanhui.chaincode.rules.days import Day
from tanhui.chaincode.rules.errors import recognition as codes
from tanhui.chaincode.rules.issues import Issue
from tanhui.chaincode.rules.lots import Lot, Lots, Split
from tanhui.chaincode.rules.recognition.judging import target_quantity
from tanhui.chaincode.rules.recognition.terms import Terms


def pick(
    lots: Lots, issues: Mapping[bytes, Issue], leaving: tuple[Terms, int], points: int, today: Day
) -> Split:
    """Take `points` from unexpired lots that the terms recognise, the ones that expire first before the others.

    `leaving` is the terms, and which of their parties the points leave. From each lot a multiple of the ratio's
    denominator is taken, so that methodology and vintage keep their figures to the point on both sides. A lot's
    remainder stays where it is.

    Raises:
        Refusal: recognition.not_a_multiple, recognition.insufficient.
    """
    terms, source = leaving
    target_quantity(terms, source, points)
    unit = terms.ratio_from(source)[1]
    stays: list[Lot] = []
    taken: list[Lot] = []
    left = int(points)
    available = 0
    for lot in lots:
        issue = issues.get(lot.issue)
        fits = (
            issue is not None
            and lot.expires >= today
            and issue.source in terms.methodologies
            and issue.vintage >= terms.vintage_since
        )
        whole = lot.points - lot.points % unit if fits else 0
        available += whole
        part = min(left, whole)
        left -= part
        if part:
            taken.append(lot._replace(points=part))
        if part < lot.points:
            stays.append(lot._replace(points=lot.points - part))
    if left:
        raise codes.INSUFFICIENT.at("points", points, available=available)
    return Split(tuple(stays), tuple(taken))
