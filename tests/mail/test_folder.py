"""Letters into a folder: whole, once, their owner's alone, and read again by whom they went to."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from skill.errors import BadInput
from skill.mail.folder import Folder, kept_letters
from skill.mail.open import folder_of, open_post
from skill.merchants.letters import NotSent
from skill.settings import from_environment

ANN, BEN = "ann@home.example", "ben@home.example"
SHOP = "orders@shop.example"


def letter(id: str = "01A", *, to: str = ANN, subject: str = "Your order") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = SHOP, to, subject
    message["Date"] = datetime(2026, 11, 22, 12, tzinfo=UTC)
    if id:
        message["Message-ID"] = f"<{id}@shop.example>"
    message.set_content("Grüße, مرحبا\n")
    message.add_alternative("<p>Grüße</p>", subtype="html")
    return message


def send(folder: Path, message: EmailMessage, to: str = ANN) -> None:
    Folder(folder).send(message, sender=SHOP, to=to)


def test_a_letter_is_a_file_that_any_mail_program_reads(tmp_path: Path) -> None:
    send(tmp_path / "new" / "letters", letter())
    [file] = (tmp_path / "new" / "letters").iterdir()
    assert file.name == "01A.eml"
    read = message_from_bytes(file.read_bytes())
    assert (read["Subject"], read["Delivered-To"]) == ("Your order", ANN)
    assert read.get_content_type() == "multipart/alternative"


def test_letters_are_their_owner_s_alone_to_read(tmp_path: Path) -> None:
    send(tmp_path / "letters", letter())
    [file] = (tmp_path / "letters").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_letter_sent_twice_is_there_once(tmp_path: Path) -> None:
    send(tmp_path, letter())
    send(tmp_path, letter())
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("id", ["", "../../evil", "a" * 200, "x y"])
def test_an_id_that_can_name_no_file_names_none(tmp_path: Path, id: str) -> None:
    folder = tmp_path / "letters"
    send(folder, letter(id))
    [file] = folder.iterdir()
    assert file.suffix == ".eml"
    assert file.stem.isalnum()
    assert [one.name for one in tmp_path.iterdir()] == ["letters"]


def test_whoever_it_went_to_finds_it_the_newest_first(tmp_path: Path) -> None:
    send(tmp_path, letter("01A", subject="First"))
    send(tmp_path, letter("01C", subject="Third"))
    send(tmp_path, letter("01B", subject="Not hers"), to=BEN)
    found = list(kept_letters(tmp_path, to={ANN}))
    assert [one.subject for one in found] == ["Third", "First"]
    assert found[0].text == "Grüße, مرحبا\n"
    assert found[0].at == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert [one.to for one in kept_letters(tmp_path, to={ANN, BEN}, limit=2)] == [ANN, BEN]


def test_nobody_finds_nothing_and_neither_does_a_folder_that_is_not_there(tmp_path: Path) -> None:
    send(tmp_path, letter())
    assert list(kept_letters(tmp_path, to=set())) == []
    assert list(kept_letters(tmp_path / "none", to={ANN})) == []


def test_what_is_no_letter_is_passed_over(tmp_path: Path) -> None:
    send(tmp_path, letter())
    (tmp_path / "09.eml").write_bytes(b"\xff\xfe no letter at all")
    (tmp_path / "08.eml").mkdir()
    (tmp_path / ".half.eml").write_bytes(b"Delivered-To: ann@home.example\r\n\r\nhalf")
    assert [one.id for one in kept_letters(tmp_path, to={ANN})] == ["01A"]


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(NotSent) as caught:
        send(tmp_path / "taken", letter())
    assert caught.value.rest
    assert not caught.value.final


def test_a_setting_names_the_folder(tmp_path: Path) -> None:
    settings = from_environment({"SAYSO_MAIL": f"folder:{tmp_path}"})
    assert open_post(settings.mail) == Folder(tmp_path)
    assert folder_of(settings.mail) == tmp_path
    assert folder_of("smtp://mail.example") is None


def test_a_setting_without_a_folder_is_told_how_to_write_it() -> None:
    with pytest.raises(BadInput, match="folder:PATH"):
        open_post("folder:")
