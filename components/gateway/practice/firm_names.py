"""What the practice firm's clients, matters and letters are made of (``components.gateway.practice.firm``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Company(NamedTuple):
    """A client: its domain without ``.example``, and the language of its people."""

    name: str
    domain: str
    language: str
    industry: str


class Matter(NamedTuple):
    """A kind of deal; ``pipeline`` is the practice group."""

    title: str
    pipeline: str
    matter_type: str
    tags: tuple[str, ...]


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split(", "))


#: Given names and surnames of a language. Their numbers share no divisor, so that pairing them repeats no person.
PEOPLE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "de": (
        _split(
            "Anna, Jürgen, Katharina, Björn, Sabine, Götz, Friederike, Lukas, Birgit, Thorsten, Käthe, Matthias, "
            "Hülya, Stefan, Annegret, Jörg, Franziska, Rüdiger, Theresa"
        ),
        _split(
            "Müller, Weiß, Schröder, Köhler, Hofmann, Brückner, Jäger, Vogt, Lindemann, Großmann, Öztürk, Krüger, "
            "Sommerfeld, Böhm, Steinhäuser, Mueller, Reinhardt, Kästner, Albrecht, Fröhlich"
        ),
    ),
    "en": (
        _split("Eleanor, James, Fatima, Oliver, Grace, Samuel, Niamh, Arjun, Charlotte, Malcolm, Rebecca"),
        _split(
            "Ashworth, O’Connor, Patel, Sinclair, Bennett, Adeyemi, MacLeod, Harrington, Whitfield, Chen, Doyle, "
            "Prescott"
        ),
    ),
    "fr": (
        _split("Hélène, François, Amélie, Guillaume, Inès, Benoît, Chloé"),
        _split("Lefèvre, Garnier, de La Tour, Besançon, Moreau, Châtelain, N’Diaye, Roussel"),
    ),
    "other": (
        _split("Giulia, Łukasz, Sofía, Pieter, Ingrid, Marek, Chiara, Øyvind, Zoë, İpek, Mateus"),
        _split(
            "Bianchi, Kowalczyk, Núñez, van der Meer, Lindström, Dvořák, D’Angelo, Bjørnstad, Papadakis, Yıldız, "
            "Gonçalves, Szabó"
        ),
    ),
}

TITLES = ("General Counsel", "CEO", "Head of Legal", "CFO", "Deputy General Counsel", "Chief Compliance Officer")

COMPANIES = (
    Company("Brückner Maschinenbau GmbH", "brueckner-maschinenbau", "de", "industry"),
    Company("Hanseatische Reederei Voss KG", "reederei-voss", "de", "shipping"),
    Company("Isartal Kliniken gGmbH", "isartal-kliniken", "de", "health"),
    Company("Elbe Solar SE", "elbe-solar", "de", "energy"),
    Company("Kaltenbach Brauerei AG", "kaltenbach", "de", "consumer"),
    Company("Rheinblick Immobilien AG", "rheinblick", "de", "real estate"),
    Company("Sächsische Präzisionsoptik GmbH", "praezisionsoptik", "de", "industry"),
    Company("Donau Rück Versicherung AG", "donau-rueck", "de", "insurance"),
    Company("Fjordlicht Software GmbH", "fjordlicht", "de", "technology"),
    Company("Nordstern Wasserstoff GmbH", "nordstern-h2", "de", "energy"),
    Company("Bergmann & Söhne Stahlhandel", "bergmann-stahl", "de", "industry"),
    Company("Quellwerk Pharma AG", "quellwerk", "de", "health"),
    Company("Taunus Privatbank KGaA", "taunus-bank", "de", "finance"),
    Company("Stadtwerke Lindenau", "stadtwerke-lindenau", "de", "energy"),
    Company("Grünfeld Agrartechnik SE", "gruenfeld", "de", "industry"),
    Company("Ostsee Fähren GmbH", "ostsee-faehren", "de", "shipping"),
    Company("Havenport Logistics Ltd", "havenport", "en", "shipping"),
    Company("Calder & Brook Publishers", "calder-brook", "en", "media"),
    Company("Aldgate Re plc", "aldgate-re", "en", "insurance"),
    Company("Silverline Semiconductors Inc.", "silverline", "en", "technology"),
    Company("Thornbury Estates plc", "thornbury", "en", "real estate"),
    Company("Penrose Therapeutics Ltd", "penrose", "en", "health"),
    Company("Kestrel Air Charter Ltd", "kestrel-air", "en", "transport"),
    Company("Mosaic Ventures LLP", "mosaic-ventures", "en", "finance"),
    Company("Vignobles du Rhône SAS", "vignobles-rhone", "fr", "consumer"),
    Company("Atelier Lumen SA", "atelier-lumen", "fr", "consumer"),
    Company("Ferroviaire Grand Est SA", "ferroviaire-ge", "fr", "transport"),
    Company("Banque Duval & Cie", "banque-duval", "fr", "finance"),
    Company("Cantieri Adriatici S.p.A.", "cantieri-adriatici", "other", "shipping"),
    Company("Mazovia Foods Sp. z o.o.", "mazovia-foods", "other", "consumer"),
    Company("Puerto Azul Energía S.A.", "puerto-azul", "other", "energy"),
    Company("Zuiderzee Chemie B.V.", "zuiderzee-chemie", "other", "industry"),
    Company("Aurora Shipping AS", "aurora-shipping", "other", "shipping"),
    Company("Vltava Glass a.s.", "vltava-glass", "other", "industry"),
    Company("Bosphorus Tech A.Ş.", "bosphorus-tech", "other", "technology"),
    Company("Aegean Ferries S.A.", "aegean-ferries", "other", "shipping"),
)

MATTERS = (
    Matter("supply chain compliance", "Regulatory", "Compliance", ("compliance", "supply-chain")),
    Matter("sale of a minority stake", "Corporate", "M&A", ("m&a",)),
    Matter("dispute over a long-term contract", "Disputes", "Arbitration", ("arbitration",)),
    Matter("works agreement on remote work", "Corporate", "Employment", ("employment",)),
    Matter("trade mark portfolio", "IP", "Trade marks", ("ip",)),
    Matter("refinancing of the credit line", "Corporate", "Finance", ("finance",)),
    Matter("data protection audit", "Regulatory", "Data protection", ("gdpr",)),
    Matter("lease of the new headquarters", "Real estate", "Lease", ("lease",)),
    Matter("antitrust clearance", "Regulatory", "Competition", ("antitrust", "m&a")),
)

#: Stage, status as LeadLex writes it (both of its words for an open deal), and the probability in per cent.
STAGES = (
    ("Lead", "open", 15),
    ("Qualified", "active", 35),
    ("Proposal", "open", 55),
    ("Negotiation", "active", 75),
    ("Won", "won", 100),
    ("Lost", "lost", 0),
)

#: Conversations of a language: the subject, and what was written, first by the firm where it begins with ``>``.
TALKS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "de": (
        ("Unser Gespräch vom Dienstag", (
            ">vielen Dank für das offene Gespräch. Wie besprochen übersende ich Ihnen gern ein Angebot.",
            "danke, das Angebot bitte bis Ende der Woche. Der Vorstand tagt am Montag.",
        )),
        ("Fragen zum Lieferkettengesetz", (
            "wir müssen den Bericht bis März abgeben. Können Sie uns dabei unterstützen?",
            ">sehr gern. Ich schlage ein Telefonat am Donnerstag um 10 Uhr vor.",
            "Donnerstag passt. Frau Jäger aus dem Einkauf wird dabei sein.",
        )),
        ("Einladung zum Mandantenfrühstück", (
            ">wir laden Sie herzlich zu unserem Frühstück zum neuen Datenschutzrecht ein.",
        )),
        ("Vertragsentwurf, zweite Fassung", (
            "anbei unsere Anmerkungen zur zweiten Fassung. Offen ist noch die Haftung.",
            ">danke. Zur Haftung schlage ich eine Obergrenze in Höhe eines Jahresumsatzes vor.",
            "Das muss ich intern klären und melde mich.",
        )),
    ),
    "en": (
        ("Following up on Tuesday", (
            ">thank you for your time on Tuesday. As discussed, I will send a short proposal this week.",
            "that would be helpful. Our board meets on Monday, so Friday at the latest, please.",
        )),
        ("Conflict check", (
            "before we go further: do you act for any of the bidders?",
            ">we do not. I attach our confirmation.",
            "Perfect, thank you. Shall we speak tomorrow at four?",
        )),
        ("Invitation: breakfast briefing on the AI Act", (
            ">we would be delighted to welcome you at our breakfast briefing on 12 May.",
        )),
        ("Engagement terms", (
            ">please find our engagement terms attached. The cap is the one we discussed.",
            "looks fine. Our procurement asks for payment within 45 days, is that possible?",
            ">45 days are fine for us.",
        )),
    ),
}  # fmt: skip

#: Folder, name of the file, and its tag. The names of PDF files say what they are.
DOCUMENTS = (
    ("/templates", "Engagement letter (EN).pdf", "template"),
    ("/templates", "Mandatsvereinbarung (DE).pdf", "template"),
    ("/templates", "Mutual NDA.pdf", "template"),
    ("/templates", "Vollmacht.pdf", "template"),
    ("/templates", "Hourly rates 2026.pdf", "fees"),
    ("/pitches", "Firm profile 2026.pdf", "pitch"),
    ("/pitches", "Kanzleiprofil 2026.pdf", "pitch"),
    ("/pitches", "Energy credentials.pdf", "pitch"),
    ("/pitches", "Disputes credentials.pdf", "pitch"),
    ("/pitches", "M&A league table.csv", "pitch"),
    ("/clients/havelwerke", "Datenraum-Index.csv", "m&a"),
    ("/clients/havelwerke/ndas", "NDA Havelwerke.pdf", "nda"),
    ("/clients/havelwerke/ndas", "NDA Bieter A.pdf", "nda"),
    ("/clients/northwind", "Outline of the arbitration.pdf", "arbitration"),
    ("/clients/northwind", "Fee cap, first phase.pdf", "fees"),
    ("/clients/tessera", "Licence timetable.pdf", "licence"),
    ("/clients/tessera", "Safeguarding policy, draft.pdf", "licence"),
    ("/clients/elbe-solar", "Netzanschlussvertrag.pdf", "energy"),
    ("/clients/elbe-solar", "Gutachten Vergütung.pdf", "energy"),
    ("/events", "Breakfast briefing AI Act.pdf", "event"),
    ("/events", "Guests of the summer reception.csv", "event"),
)

COLLEAGUES = ("Miriam Köhler", "Jonas Albrecht", "Amira Haddad", "Thomas O’Neill", "Yuki Sato")
