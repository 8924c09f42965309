"""Common first names with their short forms and variants in other languages."""

from __future__ import annotations

from collections.abc import Mapping

#: Groups of names that the same person may use, one line each, folded.
_GROUPS = """
alexander alex alec sandy sascha sasha xander aleksander alejandro alessandro alexandre
alexandra alex sandra sasha alexa lexi alessandra alejandra
alfred alf fred freddy
andrew andy drew andreas andi andre andrea anders andrzej
angela angie angelica angelika
anna ann anne annie anja anke hannah nancy anita annika
anthony tony antony anton toni antonio
barbara barb babs baerbel
benjamin ben benny benji
bernard bernie bernhard bernd
catherine katherine kate kathy katie cathy kat kay katharina kathrin katrin katja kati catarina caterina karin karen
charles charlie chuck chas carl karl carlos carlo carsten karsten
charlotte lotte lottie charlie charly
christian chris christoph kit christopher topher stoffel cristiano christiaan kris
christina christine chris tina chrissie kristin kristina kirsten cristina christel christiane
daniel dan danny dani daniele
daniela dani daniella ela danielle
david dave davey davide
deborah deb debbie debra
dominic dom nick dominik domenico
donald don donny
dorothy dot dottie dorothea dora
edward ed eddie ted ned teddy eduard eduardo edoardo
elizabeth liz lizzy beth betty eliza lisa elisabeth elisa bess libby elsa ella else lizzie isabel isabella bettina
emily em emma emilia
eugene gene
florian flo
frances fran francesca fanny
francis frank fran francesco francisco paco pancho franz francois franciscus frans
franziska franzi
frederick fred freddie friedrich fritz federico frederic frederik rick
gabriel gabe gabi
gabriele gabriela gabi gaby gabrielle
george georg jorge jorg juergen jurgen georges giorgio
gerald gerry jerry gerhard gerd gerard
gregory greg gregor gregorio
guillaume gui
guenther gunther gunter guenter
harold harry hal
heinrich heinz heiner henry hank harry henri enrico enrique hendrik henrik rik
helen helena helene ellen lena leni nell elena
hubert bert hugo
ingrid inge
isaac ike
jacob jake jack jakob jacques jaap giacomo
jacqueline jackie jacky
james jim jimmy jamie jaime jacobo diego santiago
jane janet jan janey jenny jean
jennifer jen jenny jenni
jeffrey jeff geoff geoffrey
jessica jess jessie
joachim jochen achim jo joaquin
joan joanna joanne jo johanna hanna giovanna juana joana
johannes hans hannes jo joh jan johann johan
john jack johnny jon jonny johann hans juan jan ian sean giovanni jean joao ivan evan gianni
jonathan jon jonny nathan
joseph joe joey josef sepp giuseppe jose pepe jo beppe
josephine jo josie josefine josefa
joshua josh
judith judy judi
julia julie jule juliane juliana giulia
julian jules julien
justin just
kenneth ken kenny
klaus claus nikolaus claudio claude
konstantin kosta constantin
lawrence larry lorenz lorenzo laurence laurent lars
leonard leo len lenny leon leonardo leonhard
lewis lou louis louie ludwig luis luigi luigino
louise lou luise luisa lulu
lucas luke luca lukas luc
magdalena lena magda maggie madeleine
margaret maggie meg peggy marge margie greta rita grete margarete margarita margaux gretchen daisy margherita marguerite
maria mary marie mia mitzi marion molly polly maren mariana maryam
mark marc marcus markus marco marek marcos
martha marta
martin marty marten martino maarten tino
matthew matt mattie matthias mathias matteo mateo matze mathieu
maximilian max maxim maxime massimo maximiliano maxwell
michael mike mick mickey mischa michel miguel michele misha mikael micha mitch michiel
michelle shelly michaela micha michaele
natalie nat natalia tasha natascha nathalie
nathaniel nathan nate nat
nicholas nick nicky nico niko nicolas niklas nikolas nicola klaas claas
nicole nicky nikki nicola nico
oliver ollie olli olivier
pamela pam
patricia pat patty trish tricia patrizia
patrick pat paddy patrice patricio patrizio
paul pablo paolo paulo pauli pavel
peter pete pedro pietro pierre pit piet petra
philip phil philipp pip felipe filippo philippe
rainer reiner
raymond ray
rebecca becky bec becca
reinhard reinhold
richard rick dick rich ricky ritchie riccardo ricardo
robert bob rob bobby robbie bert roberto bobbie robin
roger rog rodger ruediger rudiger
roland rolf
ronald ron ronnie
rudolf rudi rolf
russell russ
samantha sam sammy
samuel sam sammy
sebastian seb basti bastian sebastien
silvia sylvia sylvie silvie
simon sim
sophie sofia sophia
stefan stephen steven steve stephan steffen esteban stefano stefanus etienne steph stevie
stephanie steph steffi stefanie stefania
susan sue susie suzanne suzy susanne susi susanna sanne
theodore ted teddy theo theodor
theresa tess terry teresa resi tessa therese
thomas tom tommy tomas tommaso thom
timothy tim timmy timo
tobias tobi toby
ulrich uli ulli ulrike
ursula uschi ulla
valentina val vale
vanessa nessa
veronica ronnie vero vroni veronika veronique
victor vic viktor vittorio
victoria vicky tori vicki viktoria
vincent vince vinnie vincenzo vicente
walter walt wally wolter
werner
wilhelm willi william will bill billy liam willy willem wim guillermo guglielmo
wolfgang wolf
zachary zach zack
"""
#: Names without a group, folded.
_SINGLE = """
alan brian bruce craig derek eric erik graham keith kevin neil nigel scott stuart
ahmed ali fatima hassan ibrahim mehmet mohammed mustafa omar yusuf
amy ashley brenda carol chloe claire clara donna eva gina heather helga holly ines irene iris jutta kelly laura linda
monika nadine nina olga olivia pia renate rachel ruth sabine sarah sara simone sonja tanja tracy ute vera yvonne zoe
adam aaron axel bjorn dennis dieter dirk egon emil ernst felix finn frank fabian gustav guido holger horst igor jan jens
jason jordan jonas julius kai kurt lars leo linus manuel mario moritz nils olaf oscar otto ralf rafael raul ryan sven
sam thorsten torsten tyler uwe volker wayne xavier
"""


def _to_groups() -> Mapping[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.splitlines()):
        for name in line.split():
            groups.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}


#: Maps a name to its groups; two names with a common group may belong to one person.
NICKNAMES = _to_groups()
#: All known first names.
FIRST_NAMES = frozenset(_GROUPS.split()) | frozenset(_SINGLE.split())
