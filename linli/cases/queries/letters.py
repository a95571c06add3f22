"""The formal letter that answers a proposal, as the words of a page and as a Word file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

BODY, HEAD = "仿宋", "方正小标宋简体"
RED = RGBColor(0xC0, 0x00, 0x00)


@dataclass(frozen=True)
class Letter:
    """What stands in the letter."""

    office: str
    number: str
    on: date
    to: str
    joint: int
    subject: str
    form: str
    reference: str
    outcome: str
    body: str

    @property
    def heading(self) -> str:
        """The title of the letter."""
        return f"对{self.form}{self.reference}的答复"

    @property
    def salutation(self) -> str:
        """To whom it speaks."""
        others = f"等 {self.joint} 位" if self.joint > 1 else ""
        return f"{self.to or '提出人'}{others}{'委员' if self.form == '政协提案' else '代表'}："

    @property
    def opening(self) -> str:
        """What the letter answers."""
        return f"您提出的“{self.subject}”收悉。现答复如下："

    @property
    def paragraphs(self) -> Sequence[str]:
        """The body, paragraph by paragraph."""
        return [line.strip() for line in self.body.splitlines() if line.strip()]

    @property
    def closing(self) -> str:
        """The last words."""
        return f"感谢您对{self.office}工作的关心和支持。"

    @property
    def day(self) -> str:
        """The date as it is written on a letter."""
        return f"{self.on.year}年{self.on.month}月{self.on.day}日"


def word_file(letter: Letter) -> Paper:
    """The letter laid out like an official document."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Cm(3.7),
        Cm(3.5),
        Cm(2.8),
        Cm(2.6),
    )
    middle, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    _line(paper, letter.office, font=HEAD, size=26, align=middle, colour=RED)
    _line(paper, f"{letter.number}　　　　　　　　办理结果：{letter.outcome}类", align=middle)
    _line(paper, letter.heading, font=HEAD, size=22, align=middle)
    _line(paper, letter.salutation)
    for words in (letter.opening, *letter.paragraphs, letter.closing):
        _line(paper, words, indent=True)
    _line(paper, letter.office, align=right)
    _line(paper, letter.day, align=right)
    return paper


def _line(
    paper: Paper, words: str, *, font: str = BODY, size: int = 16, align: WD_ALIGN_PARAGRAPH | None = None,
    colour: RGBColor | None = None, indent: bool = False,
) -> None:  # fmt: skip
    paragraph = paper.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(28)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    run = paragraph.add_run(words)
    run.font.name, run.font.size = font, Pt(size)
    run.font.color.rgb = colour
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
