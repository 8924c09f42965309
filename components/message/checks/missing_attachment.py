"""Check for an attachment that the text announces but that is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, quote
from components.message.checks.visible_text import list_sentences

#: Characters of the author's text that are examined.
EXAMINED_LENGTH = 50_000

_FILE = r"(?:file|document|pdf|proposal|offer|quote|contract|agreement|invoice|report|slides|deck|presentation|letter"
_FILE += r"|brochure|draft|spreadsheet|cv|resume|summary|agenda|form|copy|version|overview|screenshot|nda)s?\b"

# A gap of a few words inside a sentence, which may include file names and version numbers.
_GAP = r"(?:[^.!?\n]|[.!?](?=\S)){0,50}?"

#: Phrases that announce a file, by language. Each begins with a literal, so that the search is linear.
_PHRASES = {
    "en": (
        r"\b(?:i|we)(?:['’]\w\w?| have| am| are)? (?:also |just |now )?(?:attach(?:ed|ing)?|enclos(?:e|ed|ing))\b",
        r"\b(?:please |kindly )?(?:find|see|check|review|read) " + _GAP + r"\b(?:attached|enclosed)\b",
        r"\bsee (?:the )?attachments?\b|\b(?:in|as) (?:the|an) attachments?\b|\bpfa\b",
        r"\b(?:i|we)(?:['’]\w\w?| have| am| are)? " + _GAP + r"\bas attachments?\b",
        r"\b(?:is|are|'s|’s) (?:also )?(?:attached|enclosed)\b|\bas attached\b",
        r"\b(?:attached|enclosed) (?:is|are|you|please|find|herewith|hereto|to this (?:e-?mail|mail|message))\b",
        r"\b(?:the|my|our|this) (?:attached|enclosed) (?:\w{1,20} ){0,2}" + _FILE,
        r"(?:^|, )(?:attached|enclosed)(?::| (?:the|my|our|a|an|also|as)\b)|\((?:attached|enclosed)\)",
        r"\b(?:the )?attachments? (?:contains?|shows?|includes?|has|have|lists?)\b",
    ),
    "de": (
        r"\banbei\b|\bbeiliegend\b|\bim anhang\b|\bals anhang\b|\bsiehe (?:anhang|anlagen?)\b",
        r"\bin der anlage (?:finde|sende|schicke|erh[aä]lt|[uü]bersende)|\banlage (?:finden|sende|erhalten)\b",
        r"\b(?:finden|findest|findet|sende|senden|schicke|erhalten|erh[aä]ltst) "
        + _GAP
        + r"\b(?:in der anlage|angehängt|beigefügt)\b",
        r"\b(?:habe|haben) (?:ich|wir) " + _GAP + r"\b(?:angehängt|beigefügt|angehangen)\b",
        r"\b(?:ich|wir) (?:habe|haben) " + _GAP + r"\b(?:angehängt|beigefügt|angehangen)\b",
        r"\b(?:ist|sind|liegt|liegen) " + _GAP + r"\b(?:angehängt|beigefügt|bei dieser mail)\b",
        r"(?:^|, )(?:angehängt|beigefügt) (?:finde|sende|schicke|erh[aä]lt)",
        r"\b(?:liegt|liegen) (?:ihnen |dir )?bei(?:[.!]|$)",
        r"\b(?:angehängte|beigefügte|beiliegende|anliegende)[nrsm]? \w",
        r"\bh[aä]ng(?:e|en|t) "
        + _GAP
        + r"\b(?:an|dran)(?=[.,;:!)]|$)|\bf[uü]g(?:e|en) "
        + _GAP
        + r"\bbei(?=[.,;:!)]|$)",
        r"\b(?:liegt|liegen) " + _GAP + r"(?:mail|nachricht|schreiben) bei(?=[.,;:!)]|$)|\bbeiliegt\b",
    ),
    "fr": (
        r"\bci[- ]joint(?:e|s|es)?\b|\bci[- ]inclus\b",
        r"\bpi[èe]ces? jointes?\b|\ben annexe (?:de|à) (?:ce|cet) (?:mail|message|e-?mail|courriel)\b",
        r"\btrouver\w{0,4} "
        + _GAP
        + r"\ben annexe\b|\bjoint(?:e|s|es)? à (?:ce|cet) (?:mail|message|e-?mail|courriel)\b",
        r"\bje (?:vous |te )?joins\b|\bnous (?:vous )?joignons\b|\ben pj\b",
        # With a person as object, the same words mean "reached".
        r"\b(?:j['’]ai|nous avons) joint (?:le |la |les |l['’]|un |une |notre |nos |mon |ma |mes )"
        r"(?:devis|contrat|document|fichier|facture|offre|proposition|pr[ée]sentation|pdf|rapport|cv|dossier)s?\b",
    ),
    "es": (
        r"\b(?:le|les|te|os) adjunt(?:o|amos)\b|\bhe(?:mos)? adjuntado\b|\badjuntamos\b|\ben adjunto\b",
        r"(?:^|, )adjunt[oa]s? (?:el|la|los|las|un|una|le|te|encontrar)|\badjunto (?:encontrar|env[ií]o|remito)",
        r"\b(?:archivo|documento|fichero|pdf|informe|presupuesto|contrato)s? adjuntos?\b",
        r"\b(?:te|le|les|os) env[ií](?:o|amos) adjunt[oa]s?\b",
        r"\b(?:ver|vea|v[ée]ase|consult[ae]|revis[ae]) el adjunto\b",
    ),
    "it": (
        r"\bved(?:i|ere|a) (?:l['’])?allegat[oi]\b",
        r"\bin allegato\b|\b(?:ti|vi|le|gli) allego\b|\ballego (?:il|la|lo|i|le|gli|un|una|alla|qui|in)\b",
        r"\ballego l['’]",
        r"\balleghiamo\b|\bho allegato\b|\babbiamo allegato\b",
        r"\b(?:file|documento|pdf|contratto|preventivo) allegat[oi]\b",
    ),
    "nl": (
        r"\bbijgevoegde?\b|\bbijgaande?\b|\bbijgesloten\b",
        r"\bals bijlage\b|\bin (?:de )?bijlagen?\b|\bzie (?:de )?bijlagen?\b",
    ),
    "pt": (
        r"\bem anexo\b|\bsegue[m]? anex[oa]s?\b|\banexei\b|\banex[aá]mos\b|\bestou anexando\b",
        r"\banexo (?:envio|segue|aqui)\b|\benvi(?:o|amos) anex[oa]s?\b|\b(?:vide|ver|veja|vejam) (?:o |os )?anexos?\b",
        r"(?:^|, )anexo (?:o|a|os|as)\b",
        r"\b(?:arquivo|ficheiro|documento|contrato|pdf)s? anexos?\b",
    ),
}

#: The enclosures note below a letter: "Anlagen:", "Encl.: contract", "2 Anlagen" (DIN 5008, 11.10).
_NOTE = re.compile(
    r"""^[ ]{0,3}(?:[#>]{1,3}[ ])?[*_]{0,3}(?:
    \d{1,2}[ ](?:anlagen?|enclosures?|annexes|pi[èe]ces[ ]jointes|allegati|bijlagen|anexos|adjuntos)[*_]{0,3}[ ]*\r?$
    |(?:anlagen?|encls?\.?)[*_]{0,3}[ ]*\r?$
    |(?:anlagen?|beilagen?|encls?\.?|enclosures?|attachments?|pi[èe]ces[ ]jointes|allegati|bijlagen|anexos|adjuntos)
        [ ]?\(\d{1,2}\)[*_]{0,3}[ ]*\r?$
    |(?:anlagen?|anlage\(n\)|anhang|anhänge|beilagen?|attachments?|attached\ files|enclosures?|encls?\.?|enc\.
        |pi[èe]ces?[ ]jointes?|pj|p\.[ ]?j\.|annexes?|documents?[ ]joints?|adjuntos?|anexos?|archivos[ ]adjuntos
        |documentos[ ]adjuntos|allegat[oi]|all\.|bijlagen?|documentos?[ ]anexos?)
    (?:[ ]?\(\d{1,2}\)|[ ]\d{1,2}(?=[ ]?:.{0,80}\.(?:pdf|docx?|xlsx?|pptx?|zip)\b))?
    [*_]{0,3}[ \xa0]?:[*_]{0,3}(?!\S)
        (?![ ]*(?:keine?|none|no|n/a|aucune?|sans|ning[uú]n[oa]?|nessuno?|geen|nenhum|-+|–|—)[ .]*\r?$)
    )""",
    re.I | re.M | re.X,
)

#: What bears the name of an attachment and is none: one of a contract ("siehe Anlage 3"), and those that a disclaimer
#: speaks of. It is taken out before the phrases are looked for.
_FILES = (
    r"(?:dateien|dokumente|verträge|unterlagen|pdfs?|files|documents|contracts|fichiers|contrats|archivos|documentos"
    r"|contratos|file|documenti|contratti|bestanden|documenten|arquivos|ficheiros)"
)
_NO_FILE = re.compile(
    r"\b(?:(?:im|in der|in den|in|siehe|vgl\.|gemäß|laut|see|as|per|under|the|zie|voir|vedi|ver|vide"
    r"|em|en|dans l['’]|l['’]) ?)?"
    r"(?:anhang|anhänge|anlagen?|attachments?|enclosures?|annexe?s?|pi[èe]ces?(?: jointes?)?|bijlagen?|allegat[oi]"
    r"|adjuntos?|anexos?) (?:n[o°º]\.? ?|nr\.? ?|#)?(?:\d{1,3}(?:\.\d{1,2})?|(?-i:[IVX]{2,4}|I(?=[.,;:)]|$)|[A-HJKVX]))"
    rf"\b(?! {_FILES}\b)"
    r"|\b(?:e-?mail|mail|message|communication|transmission|nachricht|schreiben|courriel|mensaje|correo|messaggio"
    r"|bericht|mensagem),? (?:and|or|including|with|und|sowie|oder|nebst|samt|et|ou|y|o|e|en|of|alsmede|con|com"
    r"|inclusief|einschließlich|inklusive) (?:[\w/]{1,14} ){0,3}"
    r"(?:attach\w*|anhang\w*|anhäng\w*|anlagen?|pi[èe]ces? jointes?|adjunt\w*|allegat\w*|bijlagen?|anex\w*)"
    r"|\bany (?:\w{1,12} ){0,2}attach\w*|\betwaige\w? (?:anhänge|anlagen)\b"
    r"|\bthe attached (?:\w{1,15} ){0,2}(?:is|are|may be) (?:\w{1,12} ){0,2}"
    r"(?:confidential|privileged|proprietary|intended (?:only|solely|exclusively)|protected|private)\b"
    r"|\b(?:beigefügte|angehängte|anliegende)n? (?:\w{1,20} )?(?:ist|sind) (?:\w{1,15} ){0,2}vertraulich\b"
    r"|\b(?:la |les |le )?pi[èe]ces? jointes? (?:est|sont) (?:\w{1,15} ){0,2}confidentiel\w*",
    re.I,
)

#: Phrases that negate the announcement or give it another meaning, anywhere in the sentence.
_EXCEPTIONS = (
    # Nothing is attached, or nobody could.
    r"\b(?:no|without|zero) (?:\w{1,15} )?(?:attachments?|enclosures?)\b",
    r"\b(?:not|never|cannot|unable to|n['’]t)(?: \w{1,15}){0,3} (?:attach|enclos)",
    r"\b(?:forgot|forget) to (?:attach|enclose)\b.{0,40}\b(?:last|earlier|yesterday|before)\b",
    r"\bkeine[nr]? (?:anhang|anlagen?|anhänge)|\bohne (?:anhang|anlagen?|anhänge)",
    r"\bnicht (?:\w{1,15} )?(?:angehängt|beigefügt|im anhang|anbei)",
    r"\b(?:pas|sans|aucune) (?:de )?pi[èe]ces? jointe|\bn['’](?:est|ai) pas",
    r"\bsin (?:archivos? )?adjunto|\bno (?:he |le |te )?adjunt|\bsenza allegat|\bnessun allegato",
    r"\bnon (?:\w{1,6} )?allegat|\bnon (?:\w{1,6} )?allego",
    r"\bgeen bijlage|\bzonder bijlage|\bniet (?:bijgevoegd|in de bijlage|als bijlage)",
    r"\bsem anexo|\bn[ãa]o (?:\w{1,6} )?anex|\bnenhum anexo",
    # A file of the recipient, or of an earlier mail.
    r"\b(?:your|his|her|their) (?:\w{1,15} )?attach|\b(?:you|he|she|they)(?:['’]ve| have| had)? (?:attach|enclos)",
    r"\b(?:please|could you|can you|would you|kindly) (?:\w{1,15} )?(?:attach|enclose)\b",
    r"\b(?:in|of|to|from|with) \w{2,5} (?:last|previous|earlier|first) (?:e-?mail|mail|message)\b",
    r"\b(?:previously|already|originally) (?:attached|enclosed)\b",
    r"\b(?:ihre[mnr]?|deine[mnr]?|eure[mnr]?) (?:letzten )?(?:anhang|anlage|mail|e-?mail|nachricht)\b",
    r"\b(?:haben sie|sie haben|du hast|hast du|ihr habt|habt ihr)\b",
    r"\b(?:votre|vos|ta|tes) (?:pi[èe]ce|annexe|mail|message)|\bvous avez joint|\bsu adjunto|\btu adjunto",
    r"\bsus adjuntos",
    r"\b(?:tuo|suo|vostro) allegato|\b(?:uw|jouw|je|jullie) bijlage|\bseu anexo|\bteu anexo",
    # Other meanings.
    r"\bstrings attached\b",
    r"\battach(?:ed)? (?:great |much |more |little |any )?(?:importance|value|weight|conditions?)\b",
    r"\b(?:emotionally|deeply|very|so|closely|firmly) attached\b|\bconditions? attached\b",
    r"\battachment (?:style|theory|rate)",
    r"\b(?:is|are|am|'m|’m|grow|get|become|feel) (?:\w{1,15} )?attached to (?!this (?:e-?mail|mail|message))",
    r"\b(?:am|'m|’m|are|'re|’re) (?:\w{1,15} )?attached to\b|\b(?:price|tag|label|team|project) (?:is )?attached to\b",
    r"\b(?:director|directora|profesor|profesora|secretario|fiscal) adjunt|\b(?:edif[ií]cio|pr[ée]dio) anexo",
    r"\bim anhang (?:der|des|zum|zur|von) (?:vertrag|verordnung|richtlinie|norm|gesetz)",
    r"\b(?:annexe?|bijlage|anexo|allegato) (?:[ivx]{1,4}|\d{1,2}|[a-f]) (?:of|des|der|du|de|del|van)\b",
)

_ANNOUNCEMENT = re.compile("|".join(pattern for group in _PHRASES.values() for pattern in group), re.I | re.M)
_EXCEPTION = re.compile("|".join(_EXCEPTIONS), re.I)
#: Every announcement contains one of these; other sentences are skipped.
_HINTS = (
    *("attach", "enclos", "pfa", "anbei", "beiliegend", "liegt", "liegen", "anliegend", "anhang", "anlage", "angeh"),
    *("beigef", "füge", "häng", "joint", "en pj", "joins", "joign", "inclus", "annexe"),
    *("adjunt", "allegat", "allego", "allegh", "bijgevoegd", "bijgesloten", "bijgaand", "bijlage", "anex"),
)


def check_missing_attachment(context: CheckContext) -> Iterable[Finding]:
    """Warn where text or subject announce a file and none is attached."""
    if context.draft.attachments:
        return
    texts = (context.visible_text[:EXAMINED_LENGTH], context.checked.subject[:1000])
    announcement = next(filter(None, map(find_announcement, texts)), "")
    if announcement:
        text = f"You wrote {quote(announcement)}, but no file is attached."
        yield Finding("missing attachment", "Attachments", text, announcement)


def find_announcement(text: str) -> str:
    """Return the first phrase that announces an attachment, or ""."""
    for whole in list_sentences(text):
        small = whole.lower()
        if any(hint in small for hint in _HINTS):
            sentence = _NO_FILE.sub(" ", whole)
            match = _ANNOUNCEMENT.search(sentence)
            if match and not _EXCEPTION.search(sentence):
                return match[0].strip(" .,!:")
    note = _NOTE.search(text)
    return note[0].strip(" .,!:#>*_\r") if note else ""
