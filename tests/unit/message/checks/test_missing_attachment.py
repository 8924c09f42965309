"""A missing attachment is noticed in seven languages, without false alarms."""

from __future__ import annotations

import pytest

from components.message.checks.missing_attachment import check_missing_attachment
from components.model import Attachment
from tests.unit.message.checks.contexts import make_context, only

PROMISES = [
    ("I've attached the offer.", "I've attached"),
    ("I have attached our proposal", "I have attached"),
    ("I am attaching the slides", "I am attaching"),
    ("Please find the contract attached.", "Please find the contract attached"),
    ("Please find our offer **proposal_v3.pdf** attached.", "Please find our offer **proposal_v3.pdf** attached"),
    ("Please review draft 2.1 enclosed", "Please review draft 2.1 enclosed"),
    ("Here is our offer (attached).", "(attached)"),
    ("Sie finden angebot_v2.pdf in der Anlage", "finden angebot_v2.pdf in der Anlage"),
    ("I added the contract as attachment.", "I added the contract as attachment"),
    ("Beigefügt finden Sie das Angebot", "Beigefügt finde"),
    ("Das Angebot liegt bei.", "liegt bei"),
    ("J'ai joint le devis", "J'ai joint le devis"),
    ("Le contrat est en PJ", "en PJ"),
    ("Te envío adjunto el contrato", "Te envío adjunto"),
    ("Consulte el adjunto", "Consulte el adjunto"),
    ("Vedi allegato", "Vedi allegato"),
    ("Bijgaand de offerte", "Bijgaand"),
    ("Veja o anexo", "Veja o anexo"),
    ("Envio anexa a proposta", "Envio anexa"),
    ("Please find\nattached our offer.", "Please find attached"),
    ("See the attachment for details", "See the attachment"),
    ("The invoice is attached.", "is attached"),
    ("Attached is the signed NDA", "Attached is"),
    ("Hi Jane,\nattached the offer we spoke of", ", attached the"),
    ("Attached: the offer", "Attached:"),
    ("As attached", "As attached"),
    ("PFA the slides.", "PFA"),
    ("Could you sign the enclosed agreement?", "the enclosed agreement"),
    ("The attached revised proposal has all figures", "The attached revised proposal"),
    ("The document attached to this email is final. It is attached to this email.", "attached to this email"),
    ("- item\n- We enclose a brochure", "We enclose"),
    ("anbei die Unterlagen", "anbei"),
    ("Anbei unser Angebot.", "Anbei"),
    ("Im Anhang finden Sie das Angebot", "Im Anhang"),
    ("In der Anlage finden Sie den Vertrag", "In der Anlage finde"),
    ("Ich habe dir die Datei angehängt.", "Ich habe dir die Datei angehängt"),
    ("Die Rechnung ist beigefügt", "ist beigefügt"),
    ("Das beigefügte Dokument bitte unterschreiben", "beigefügte D"),
    ("Ich hänge dir das Angebot an.", "hänge dir das Angebot an"),
    ("Veuillez trouver ci-joint notre offre", "ci-joint"),
    ("Vous trouverez notre offre en pièce jointe.", "pièce jointe"),
    ("Je vous joins le contrat", "Je vous joins"),
    ("Les documents sont ci-jointes", "ci-jointes"),
    ("Le adjunto la propuesta", "Le adjunto"),
    ("Adjunto encontrará el contrato", "Adjunto encontrar"),
    ("He adjuntado el presupuesto", "He adjuntado"),
    ("Vea el documento adjunto", "documento adjunto"),
    ("In allegato trovi il preventivo", "In allegato"),
    ("Ti allego il contratto", "Ti allego"),
    ("Ho allegato la fattura", "Ho allegato"),
    ("In de bijlage vindt u de offerte", "In de bijlage"),
    ("Bijgevoegd onze offerte", "Bijgevoegd"),
    ("Zie bijlage", "Zie bijlage"),
    ("Segue em anexo a proposta", "em anexo"),
    ("Anexei o contrato", "Anexei"),
    ("Envio o documento anexo", "documento anexo"),
    ("Gruß\nSam\n\nAnlagen:\n- Vertrag.pdf", "Anlagen"),
    ("Best\nSam\nEncl.: contract", "Encl"),
    ("das Angebot hängt an", "hängt an"),
    ("Die Verträge hängen dieser Mail an.", "hängen dieser Mail an"),
    ("Das Angebot hängt dran!", "hängt dran"),
    ("Der Vertrag liegt dieser Mail bei", "liegt dieser Mail bei"),
    ("Wir fügen die Vollmacht bei.", "fügen die Vollmacht bei"),
    ("Anlage: Vollmacht", "Anlage"),
    ("Anlage(n): Vertrag", "Anlage(n)"),
    ("**Anlagen:** Vertrag", "Anlagen"),
    ("Gruß\nSam\n\n2 Anlagen", "2 Anlagen"),
    ("Gruß\nSam\n\nAnlagen", "Anlagen"),
    ("Gruß\nSam\n\nAnlagen (2)", "Anlagen (2)"),
    ("Sincerely\nSam\n\nEncl. (1)", "Encl. (1)"),
    ("Anlage 1: Vertrag.pdf\nAnlage 2: Vollmacht.pdf", "Anlage 1"),
    ("Enclosures (2): contract, invoice", "Enclosures (2)"),
    ("Attachments:\n\n1. contract", "Attachments"),
    ("Encl.", "Encl"),
    ("P.J. : le contrat", "P.J"),
    ("Pièces jointes : contrat", "Pièces jointes"),
    ("Anexos: contrato", "Anexos"),
    ("Allegati: contratto", "Allegati"),
    ("Bijlagen: contract", "Bijlagen"),
    ("Im Anhang 3 Verträge", "Im Anhang"),
    ("Siehe Anlage 3 des Vertrags; im Anhang der Entwurf", "im Anhang"),
    ("I have attached our confidential offer.", "I have attached"),
    ("Please see the attachments I made", "see the attachments"),
]

NO_PROMISES = [
    "J'ai joint le client par téléphone.",
    "Nous avons joint Madame Petit hier.",
    "Die Quote liegt bei 20 %. Das Werk liegt bei Berlin.",
    "I cannot send it as attachment.",
    "I am attached to this idea.",
    "We are very attached to our customers",
    "No strings attached!",
    "There is no attachment in your mail.",
    "I sent it without attachments",
    "I have not attached anything.",
    "I couldn't attach the file",
    "Thanks for the contract you attached.",
    "Your attachment did not open.",
    "The file attached to your last mail is broken",
    "It is attached to my previous mail",
    "Could you attach the signed copy?",
    "Please attach the invoice when you answer",
    "We attach great importance to privacy",
    "The price tag attached to it is fair",
    "Attachment theory is not my field",
    "The garage is attached to the house",
    "Let's enclose the garden",
    "Ich bin noch nicht dazu gekommen, es ist kein Anhang dabei",
    "Ohne Anhang kam Ihre Mail hier an",
    "Ich habe nichts davon nicht angehängt",
    "Haben Sie die Datei angehängt?",
    "In der Anlage in Hamburg arbeiten 200 Leute",
    "Unsere Anlage läuft wieder",
    "Das Angebot kommt morgen",
    "Im Anhang der Verordnung steht es",
    "Er hat den Wagen angehängt",
    "Votre pièce jointe est vide",
    "Sans pièce jointe, merci",
    "Nous nous sommes joints au projet",
    "C'est une annexe du bâtiment",
    "El director adjunto le llamará",
    "Sin adjunto no puedo seguir",
    "Su adjunto no se abre",
    "Senza allegato",
    "Il tuo allegato non si apre",
    "Geen bijlage ontvangen",
    "Uw bijlage kan ik niet openen",
    "Sem anexo",
    "O edifício anexo está fechado",
    "Seu anexo chegou",
    "Hello, nothing to see here.",
    "The pfad variable",
    "The attached is confidential.",
    "The attached document is strictly confidential and privileged.",
    "The attached is intended solely for the addressee.",
    "This e-mail and any attachments are confidential.",
    "This message, including its attachments, is attached to no contract",
    "Diese Nachricht und ihre Anhänge sind vertraulich.",
    "Ce message et ses pièces jointes sont confidentiels.",
    "Este mensaje y sus archivos adjuntos son confidenciales.",
    "Questo messaggio e i suoi allegati sono riservati.",
    "Dit bericht en de bijlagen zijn vertrouwelijk.",
    "Esta mensagem e seus anexos são confidenciais.",
    "siehe Anlage 3",
    "Siehe Anlage A zum Vertrag",
    "Die Preise stehen im Anhang II.",
    "see attachment 3 of the contract",
    "Voir annexe 2, en annexe B",
    "Zie bijlage 4",
    "Vedi allegato 2",
    "Vide anexo 3",
    "Das hängt davon ab. Das Bild hängt an der Wand",
    "Die Anlage: ein Meisterwerk",
    "Anlagen: keine",
    "Encl.: none",
    "Anlage 3: bitte ergänzen",
]


@pytest.mark.parametrize(("words", "trigger"), PROMISES)
def test_a_promise_is_quoted(words: str, trigger: str) -> None:
    """The warning quotes the phrase that announces a file."""
    finding = only(check_missing_attachment(make_context(markdown=words)))
    assert finding.trigger == trigger.strip(" .,!:")
    assert f"“{finding.trigger}”" in finding.text
    assert not finding.blocking


@pytest.mark.parametrize("words", NO_PROMISES)
def test_no_promise(words: str) -> None:
    """No warning for negations, questions, the recipient's files and other meanings."""
    assert not list(check_missing_attachment(make_context(markdown=words)))


@pytest.mark.parametrize(
    "markdown",
    [
        "Thanks!\n\n> I have attached the offer",
        "Thanks!\n\nOn Monday Sam wrote:\n\n> The offer is attached.\n> Anbei der Vertrag.",
        "Thanks!\n\n-- \nSam\nSee the attachment policy. I have attached it.",
        "See `I have attached` in the code",
        "```\nI have attached the file\n```\n",
        "Intro\n\n    I have attached the file\n",
        "See [here](https://x.com/i-have-attached/anbei)",
        "> I have attached the offer\n\nGot it, thanks!",
        "Danke!\n\nVon: Sam\nGesendet: Montag\nAn: Jane\nBetreff: Angebot\n\nAnbei das Angebot.",
        "Thanks!\n\n-----Original Message-----\nI have attached the offer",
    ],
)
def test_only_own_words_count(markdown: str) -> None:
    """Quotes, signature, code and addresses are ignored."""
    assert not list(check_missing_attachment(make_context(markdown=markdown)))


def test_the_subject_promises_too() -> None:
    """A subject alone is enough."""
    assert only(check_missing_attachment(make_context(subject="Angebot anbei", markdown="Gruß"))).trigger == "anbei"


@pytest.mark.parametrize("file", [Attachment("a.pdf", "x/y", 1, "0" * 64), Attachment("a", "x/y", storage_path="/a")])
def test_any_file_keeps_the_promise(file: Attachment) -> None:
    """Uploaded or in LeadLex."""
    assert not list(check_missing_attachment(make_context(markdown="I have attached it.", attachments=(file,))))
