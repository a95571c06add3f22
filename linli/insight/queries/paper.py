"""The facts chapter as a Word file: the same sentences, and a table of how each figure came about."""

from __future__ import annotations

from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle

from linli.insight.outline import LiveFigure
from linli.insight.queries.facts import CHAPTER, Facts
from linli.insight.queries.held import Held

BODY, HEAD = "仿宋", "黑体"


def chapter(facts: Facts) -> bytes:
    """The chapter as DOCX."""
    paper = Document()
    _styles(paper)
    title = paper.add_heading(facts.title, 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paper.add_paragraph("".join(piece.text for piece in facts.note))
    for heading, paragraphs in facts.sections:
        paper.add_heading(heading, 1)
        for sentences in paragraphs:
            line = paper.add_paragraph("".join(piece.text for pieces in sentences for piece in pieces))
            line.paragraph_format.first_line_indent = Pt(28)
    _workings(paper, facts)
    out = BytesIO()
    paper.core_properties.title = facts.title
    paper.core_properties.created = timezone.localtime(facts.at).replace(tzinfo=None)
    paper.save(out)
    return out.getvalue()


def _styles(paper: Paper) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    for name, font, size in (("Normal", BODY, 14), ("Heading 1", HEAD, 15), ("Title", HEAD, 20)):
        style = paper.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.name, style.font.size = font, Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _workings(paper: Paper, facts: Facts) -> None:
    paper.add_page_break()  # type: ignore[no-untyped-call]
    paper.add_heading(_("附：数字的口径和算法"), 1)
    table = paper.add_table(rows=1, cols=4, style="Table Grid")
    for cell, words in zip(table.rows[0].cells, (_("指标"), _("数值"), _("口径"), _("算法")), strict=True):
        cell.text = words
    told = [
        (figure, facts.held[key])
        for key, figure in CHAPTER.figures.items()
        if figure.shape != "text" and facts.held[key].text
    ]
    for figure, held in told:
        for cell, words in zip(table.add_row().cells, _line(figure, held), strict=True):
            cell.text = words
    lines = (line for row in table.rows for cell in row.cells for line in cell.paragraphs)
    for run in (run for line in lines for run in line.runs):
        run.font.size = Pt(9)


def _line(figure: LiveFigure, held: Held) -> tuple[str, str, str, str]:
    said = [figure.numerator]
    if figure.denominator:
        said.append(_("分母：%(words)s") % {"words": figure.denominator})
    if figure.exclusions:
        said.append(_("不计：%(words)s") % {"words": figure.exclusions})
    shown = f"{held.text}{figure.unit}" if figure.shape != "breakdown" else _("见正文")
    return figure.label, shown, "；".join(said), working(held)


def working(held: Held) -> str:
    """The calculation in one line: ``16,151 ÷ 18,563``, and what was left out."""
    if held.numerator is None or held.denominator is None:
        return ""
    left = "；".join(f"{part.label} {part.shown}" for part in held.left_out if part.shown != "0")
    return f"{held.numerator.shown} ÷ {held.denominator.shown}" + (
        _("；未计入：%(left)s") % {"left": left} if left else ""
    )
