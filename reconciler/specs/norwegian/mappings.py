"""What is wrong with a mapping, and why a record cannot be made a document.

Values stand in the quotes of the English forms, for those are what hides personal data.
"""

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "a number": "et tall",
    "a whole number": "et helt tall",
    "an amount": "et beløp",
    "a day": "en dag",
    "day": "en dag",
    "number": "et tall",
    "a number or a day": "et tall eller en dag",
    "a point in time": "et tidspunkt",
    "true or false": "sant eller usant",
    "the code of something": "koden til noe",
    "the result": "resultatet",
    "its source": "kilden",
    "it cannot be calculated": "det kan ikke beregnes",
    "any number of": "et ubegrenset antall",
    "up to {count}": "opptil {count}",
    "any number": "et ubegrenset antall",
}
RULES: Mapping[str, str] = {
    "{category} has no field '{name}'": "{category} har ikke feltet '{name}'",
    "'{name}' is excluded: {excluded}": "'{name}' er unntatt: {excluded}",
    "map another field, or end the exclusion": "bruk et annet felt, eller avslutt unntaket",
    "map another field": "bruk et annet felt",
    "a {document} has no field '{to}'": "{document} har ikke feltet '{to}'",
    "'{to}' is filled by the integration type and cannot be mapped": (
        "'{to}' fylles ut av systemtypen og kan ikke settes her"
    ),
    "remove this rule": "fjern denne regelen",
    "'{to}' needs the setting {missing}, and the integration '{integration}'": (
        "'{to}' krever innstillingen {missing}, og integrasjonen '{integration}'"
    ),
    "{message} does not set it": "{message} har den ikke",
    "add {missing} to its settings": "legg {missing} til i innstillingene",
    "'{to}' is required, and '{value}' may be empty": "'{to}' er påkrevd, og '{value}' kan være tomt",
    "'{to}' takes {words}, and this is {words2}": "'{to}' tar imot {words}, og dette er {words2}",
    "{names} is sensitive personal data": "{names} er sensitive personopplysninger",
    "add reason: why it must leave, in a sentence": "legg til reason: hvorfor det må sendes, i en setning",
    "the default '{default}' is not {words}": "standardverdien '{default}' er ikke {words}",
    "write a default of the type that the source has": "skriv en standardverdi av samme type som kilden",
    "the default {written} comes to nothing": "standardverdien {written} blir til ingenting",
    "write one that says something, or leave it out": "skriv en som sier noe, eller utelat den",
    "the default {written} does not fit: {value}": "standardverdien {written} passer ikke: {value}",
    "write another default": "skriv en annen standardverdi",
    "{written} does not get through its steps: {value}": "{written} kommer ikke gjennom stegene: {value}",
    "write another value, or leave out the step": "skriv en annen verdi, eller utelat steget",
    "the constant '{text}' is no amount": "konstanten '{text}' er ikke et beløp",
    "write a number": "skriv et tall",
    "the constant '{text}' does not fit: {words} is wanted": "konstanten '{text}' passer ikke: det skal være {words}",
    "write another constant": "skriv en annen konstant",
    "`rounding` rounds '{to}' already": "`rounding` runder av '{to}' allerede",
    "leave out `number`": "utelat `number`",
    "add date: iso": "legg til date: iso",
    "map a number": "bruk et tall",
    "say how to write it": "si hvordan det skal skrives",
    "`{step}` takes {takes}, and this is {words}": "`{step}` tar imot {takes}, og dette er {words}",
    "leave out `{step}`, or map another field": "utelat `{step}`, eller bruk et annet felt",
    "there is no lookup '{lookup}'": "det finnes ikke noe oppslag '{lookup}'",
    "add it under lookups": "legg det til under lookups",
    "the default '{default}' has no entry in the lookup '{lookup}'": (
        "standardverdien '{default}' finnes ikke i oppslaget '{lookup}'"
    ),
    "add it there, or choose a default that has one": "legg den til der, eller velg en som finnes",
    "no rule uses the lookup '{name}'": "ingen regel bruker oppslaget '{name}'",
    "remove it": "fjern det",
    "there are two lines '{name}'": "det er to linjer '{name}'",
    "names are unique": "navn er unike",
    "lines refer to each other in a circle: {names}": "linjer viser til hverandre i ring: {names}",
    "break it": "bryt ringen",
    "a {document} is looked up by {name}, which is our number and nothing else": (
        "{document} slås opp med {name}, som er vårt nummer og ikke noe annet"
    ),
    "write {{to: {name}, from: export.number}}": "skriv {{to: {name}, from: export.number}}",
    "'{to}' and '{seen}' are the same {list} by the integration's settings": (
        "'{to}' og '{seen}' er samme {list} etter innstillingene til integrasjonen"
    ),
    "map one of them, or set them to different ones": "bruk den ene, eller sett dem til ulike",
    "the line '{name}' may be left out, and cannot hold a record": (
        "linjen '{name}' kan utelates, og kan ikke bære en post"
    ),
    "a {document} has no line amounts": "{document} har ingen linjebeløp",
    "leave out rounding": "utelat rounding",
    "there is no line '{difference_on}'": "det finnes ingen linje '{difference_on}'",
    "there is no line '{name}'": "det finnes ingen linje '{name}'",
    "the line '{name}' does not map '{name2}' ({en}), which is required": (
        "linjen '{name}' mangler '{name2}' ({en}), som er påkrevd"
    ),
    "add - {{to: {name}, ...}}": "legg til - {{to: {name}, ...}}",
    "'{to}' is written twice in '{name}'": "'{to}' er skrevet to ganger i '{name}'",
    "remove one": "fjern den ene",
    "'{to}' may become {written}: {error}": "'{to}' kan bli {written}: {error}",
    "change what it is made of": "endre det den lages av",
    "'{to}' needs a fixed number of decimals": "'{to}' krever et fast antall desimaler",
    "add number: {decimals: 2}": "legg til number: {decimals: 2}",
    "'{to}' takes {most} decimals, and this has {decimals}": (
        "'{to}' tar imot {most} desimaler, og dette har {decimals}"
    ),
    "add number: {{decimals: {most}}}": "legg til number: {{decimals: {most}}}",
    "'{to}' takes {max_length} characters, and this has {longest}": (
        "'{to}' tar imot {max_length} tegn, og dette har {longest}"
    ),
    "add truncate: {{length: {max_length}}}": "legg til truncate: {{length: {max_length}}}",
    "{category} names no amount or no subject, so nothing can be summed for anybody": (
        "{category} oppgir ikke beløp eller hvem det gjelder, så ingenting kan summeres for noen"
    ),
    "leave out running_total": "utelat running_total",
}
CONDITIONS: Mapping[str, str] = {
    "'{name}' is {words}, and '{text}' is not": "'{name}' er {words}, og det er ikke '{text}'",
    "'{name}' is compared by its day, and '{text}' is none": (
        "'{name}' sammenlignes etter dagen, og '{text}' er ingen dag"
    ),
    "compare with a day, such as 2026-01-31": "sammenlign med en dag, for eksempel 2026-01-31",
    "compare with a value of the field's type": "sammenlign med en verdi av samme type som feltet",
    "'{name}' is never '{text}'": "'{name}' er aldri '{text}'",
    "'{name}' is {words}, not {wanted}": "'{name}' er {words}, ikke {wanted}",
    "`{key}` compares numbers and days only": "`{key}` sammenligner bare tall og dager",
    "'{name}' is {words}, and arithmetic gives a number": "'{name}' er {words}, og regning gir et tall",
    "nothing lies between {bounds} and {bounds2}": "ingenting ligger mellom {bounds} og {bounds2}",
    "write the lower one first": "skriv den laveste først",
    "'{name}' is {words}, not a number": "'{name}' er {words}, ikke et tall",
    "calculate with numbers only": "regn bare med tall",
    "name fields only": "oppgi bare felt",
    "'{name}' is {words}, not a day": "'{name}' er {words}, ikke en dag",
    "name a date field": "oppgi et datofelt",
    "'{key}' is {words}, not a key": "'{key}' er {words}, ikke en nøkkel",
    "name a text field": "oppgi et tekstfelt",
    "there is no reference value '{reference}'": "det finnes ingen referanseverdi '{reference}'",
    "'{reference}' is text, not a number": "'{reference}' er tekst, ikke et tall",
    "the table of '{reference}' has no keys": "tabellen til '{reference}' har ingen nøkler",
    "leave out `key`": "utelat `key`",
    "a value of '{reference}' needs a `key`": "en verdi fra '{reference}' krever en `key`",
    "`lookup` takes text or a whole number, and this is {words}": (
        "`lookup` tar imot tekst eller et helt tall, og dette er {words}"
    ),
    "there is no time zone '{zone}'": "det finnes ingen tidssone '{zone}'",
    "write one such as Europe/Oslo or UTC": "skriv for eksempel Europe/Oslo eller UTC",
}
COLUMNS: Mapping[str, str] = {
    "there is no column {top}": "det finnes ingen kolonne {top}",
    "column {name} takes {max_length} characters, and the type allows {allowed}": (
        "kolonnen {name} tar imot {max_length} tegn, og systemtypen tillater {allowed}"
    ),
    "column {name} takes {words}, and the type writes {words2}": (
        "kolonnen {name} tar imot {words}, og systemtypen skriver {words2}"
    ),
    "column {to} takes {words}, and this writes {words2}": "kolonnen {to} tar imot {words}, og dette skriver {words2}",
    "column {name} is required, and the type does not require it": (
        "kolonnen {name} er påkrevd, og systemtypen krever den ikke"
    ),
    "column {name} is required, and the type does not know it": (
        "kolonnen {name} er påkrevd, og systemtypen kjenner den ikke"
    ),
    "change the table, or the integration type": "endre tabellen eller systemtypen",
    "change the column, or the type of the field": "endre kolonnen eller feltets type",
}
REFUSALS: Mapping[str, str] = {
    "'{to}' is required, and its source is empty": "'{to}' er påkrevd, og kilden er tom",
    "the value of '{to}' cannot be calculated": "verdien av '{to}' kan ikke beregnes",
    "the amounts cannot be calculated": "beløpene kan ikke beregnes",
    "the {document} has {count} lines; it takes {least} to {most}": (
        "{document} har {count} linjer; det skal være {least} til {most}"
    ),
    "the lines sum to {total}, not to zero: {shown}": "linjene summerer til {total}, ikke til null: {shown}",
    "the text has {characters} characters; {most} fit": "teksten har {characters} tegn; det er plass til {most}",
    "the text has {characters} characters; at least {least} are wanted": (
        "teksten har {characters} tegn; det skal være minst {least}"
    ),
    "the text has {count} characters; {length} fit": "teksten har {count} tegn; det er plass til {length}",
    "the text is not in the form that is wanted there: {pattern}": (
        "teksten har ikke den formen som kreves der: {pattern}"
    ),
    "the text is not one of the values that may stand there": "teksten er ikke en av verdiene som kan stå der",
    "{made} is less than {least}, the least that fits": "{made} er mindre enn {least}, det minste som går",
    "{made} is more than {most}, the most that fits": "{made} er mer enn {most}, det meste som går",
    "more decimals than fit": "flere desimaler enn det er plass til",
    "an instant needs a zone": "et tidspunkt krever en tidssone",
    "not a number": "ikke et tall",
    "the lookup '{name}' has no entry for '{value}'": "oppslaget '{name}' har ingen linje for '{value}'",
    "'{at}' is empty, and chooses the row of {name}": "'{at}' er tomt, og velger raden i {name}",
    "{name} has no value{of} on {on}": "{name} har ingen verdi{of} den {on}",
    " for '{key}'": " for '{key}'",
    "rounding leaves {abs} over, and at most {at_most} may be": (
        "avrundingen etterlater {abs}, og det kan høyst være {at_most}"
    ),
    "rounding leaves {abs} over, and there is no line '{difference_on}'": (
        "avrundingen etterlater {abs}, og det finnes ingen linje '{difference_on}'"
    ),
    "{day} lies in accounts that are closed through {closed}": (
        "{day} ligger i et regnskap som er avsluttet til og med {closed}"
    ),
    "with this {money} the total of {year} passes the limit of {money2} ({reference}): {money3} went before it, within"
    " the limit": (
        "med disse {money} passerer summen for {year} grensen på {money2} ({reference}): {money3} gikk før, innenfor"
        " grensen"
    ),
    "the record is refused: {message}": "posten avvises: {message}",
    "the line '{name}' is there, and none was expected": "linjen '{name}' er der, og ingen var ventet",
    "there is no line '{name}'; there are {names}": "det finnes ingen linje '{name}'; det finnes {names}",
    "{name}.{field} is {found}, and {value} was expected": "{name}.{field} er {found}, og {value} var ventet",
    "no warning says '{warns}'": "ingen advarsel sier '{warns}'",
    "a document is made, and none was expected": "det lages et bilag, og ingen var ventet",
    "change the mapping or the test": "endre feltoppsettet eller testen",
    "see the category's fields": "se feltene i kategorien",
}
FORMS: Mapping[str, str] = {**TYPES, **RULES, **CONDITIONS, **COLUMNS, **REFUSALS}
