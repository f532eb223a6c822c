"""What is wrong with a selection, an exclusion or a schedule."""

from collections.abc import Mapping

SELECTIONS: Mapping[str, str] = {
    "the key of {category} is {asked}, and `ids` are ids": "nøkkelen til {category} er {asked}, og `ids` er id-er",
    "write records: {{{key}: [...]}}": "skriv records: {{{key}: [...]}}",
    "'{path}' is {what}, and '{key}' asks for a {value}": "'{path}' er {what}, og '{key}' spør etter {value}",
    "'{name}' is {what}, which is asked for by days": "'{name}' er {what}, og det spørres etter dager",
    "'{name}' is {what}, and {value} is not": "'{name}' er {what}, og det er ikke {value}",
    "name its values, such as [travel, meeting]": "oppgi verdiene, for eksempel [travel, meeting]",
    "name its values": "oppgi verdiene",
    "use min and max": "bruk min og max",
    "use from and to": "bruk from og to",
    "the exclusion held until {until}; {what}": "unntaket gjaldt til {until}; {what}",
    "the features are back": "funksjonene er tilbake",
    "it withholds nothing any more": "det holder ikke tilbake noe lenger",
    "remove it, or write a later day": "fjern det, eller skriv en senere dag",
    "no record can be selected: what is asked of '{field}' contradicts itself": (
        "ingen poster kan velges ut: det som kreves av '{field}', motsier seg selv"
    ),
    "no record can be selected: what is asked of '{field}' leaves no day from {since} on": (
        "ingen poster kan velges ut: det som kreves av '{field}', lar ingen dag være igjen fra og med {since}"
    ),
    "widen one of the conditions": "gjør ett av vilkårene videre",
    "'{integration}' does not export": "'{integration}' eksporterer ikke",
    "no integration exports": "ingen integrasjon eksporterer",
    "{who} {category}, so nothing is withheld": "{who} {category}, så ingenting holdes tilbake",
    "remove the exclusion, or export the category": "fjern unntaket, eller eksporter kategorien",
    "no record can be withheld: what is asked of '{field}' contradicts itself": (
        "ingen poster kan holdes tilbake: det som kreves av '{field}', motsier seg selv"
    ),
    "{names} would not select such records anyway, by '{clashes}'": (
        "{names} ville ikke valgt ut slike poster uansett, etter '{clashes}'"
    ),
    "remove the exclusion, or widen it": "fjern unntaket, eller gjør det videre",
}
SCHEDULES: Mapping[str, str] = {
    "`{given}` belongs to `every`: with `cron` the fields say it": (
        "`{given}` hører til `every`: med `cron` sier feltene det"
    ),
    "`{given}` with manual: nothing runs by itself, so leave it out": (
        "`{given}` med manual: ingenting kjøres av seg selv, så utelat det"
    ),
    'try it out with: reconciler schedule explain "30 3 * * 1-5"': "se hva tidsplanen betyr på siden for tidsplan",
    "it runs again after {span}, and {en} allows a run every {span2} at most": (
        "den kjøres igjen etter {span}, og {en} tillater høyst én kjøring hver {span2}"
    ),
    "leave {span} between two runs, at least": "la det gå minst {span} mellom to kjøringer",
    "{minutes} minutes": "{minutes} minutter",
    "{count} runs a month make at least {asked} requests": "{count} kjøringer i måneden gir minst {asked} forespørsler",
    "{least}, and {en} allows {requests} ('{name}' declares so)": (
        "{least}, og {en} tillater {requests} (etter '{name}')"
    ),
    "let it run less often: {fits} times a day fit": "la den kjøres sjeldnere: {fits} ganger om dagen går",
    "the last day is written 28-31 in the day field and * in the weekday, not {text!r}": (
        "den siste dagen skrives 28-31 i dagfeltet og * i ukedagen, ikke {text!r}"
    ),
    "the expression is empty: write 5 fields, {form_}, for instance 30 3 * * *": (
        "uttrykket er tomt: skriv 5 felt, {form_}, for eksempel 30 3 * * *"
    ),
    "the expression has {count} characters: {max_length} are enough for 5 fields": (
        "uttrykket har {count} tegn: {max_length} er nok til 5 felt"
    ),
    "{parts} does not belong in the expression: the zone has its own key, `zone`": (
        "{parts} hører ikke hjemme i uttrykket: tidssonen har sin egen nøkkel, `zone`"
    ),
    "{count} fields: this is the Quartz form, we use 5: {form_}": (
        "{count} felt: dette er Quartz-formen, vi bruker 5: {form_}"
    ),
    "{count} field: we use 5: {form_}": "{count} felt: vi bruker 5: {form_}",
    "{count} fields: we use 5: {form_}": "{count} felt: vi bruker 5: {form_}",
    "minute hour day month weekday": "minutt time dag måned ukedag",
    "{word} is not used here: write the 5 fields, {get}": "{word} brukes ikke her: skriv de 5 feltene, {get}",
    "@every counts from when a scheduler was started: write fields, for instance */15 * * * *": (
        "@every teller fra programmet ble startet: skriv felt, for eksempel */15 * * * *"
    ),
    "at {at!r} is not a time of day: write HH:MM, for instance {quiet}": (
        "at {at!r} er ikke et klokkeslett: skriv TT:MM, for eksempel {quiet}"
    ),
    "at {at} with hourly: it runs in every hour, so write 00:{minute:02}": (
        "at {at} med hourly: den kjøres hver time, så skriv 00:{minute:02}"
    ),
    "on {on} with {every}: `on` belongs to weekly and monthly": "on {on} med {every}: `on` hører til weekly og monthly",
    "weekly needs a day": "weekly krever en dag",
    "monthly needs a day": "monthly krever en dag",
    "on {on} is not a weekday": "on {on} er ikke en ukedag",
    "on {on} is not in every month": "on {on} finnes ikke i hver måned",
    "{given}: write one of mon, tue, wed, thu, fri, sat, sun": "{given}: skriv en av mon, tue, wed, thu, fri, sat, sun",
    "{given}: write 1-{safe_days}, or last": "{given}: skriv 1-{safe_days}, eller last",
    "{name!r} is not a time zone: write an IANA name, for instance Europe/Oslo": (
        "{name!r} er ikke en tidssone: skriv et IANA-navn, for eksempel Europe/Oslo"
    ),
    "{field} has an empty item: write values between the commas, for instance 1,2": (
        "{field} har et tomt ledd: skriv verdier mellom kommaene, for eksempel 1,2"
    ),
    "{field} {item} has two steps: write one, for instance */15": (
        "{field} {item} har to steg: skriv ett, for eksempel */15"
    ),
    "{field} {item} is not a range: write * or, for instance, {low}-{high}": (
        "{field} {item} er ikke et område: skriv * eller for eksempel {low}-{high}"
    ),
    "{field} {item} goes backwards: write {right}": "{field} {item} går baklengs: skriv {right}",
    "{field} {item} is not a value: {expected}": "{field} {item} er ikke en verdi: {expected}",
    "{field} {item} is outside {low}-{high}": "{field} {item} er utenfor {low}-{high}",
    "{field} {item} is outside {low}-{high}: Sunday is 0 or SUN": (
        "{field} {item} er utenfor {low}-{high}: søndag er 0 eller SUN"
    ),
    "{field} {item} has no usable step: write a number from 1, for instance */15": (
        "{field} {item} har ikke et brukbart steg: skriv et tall fra 1, for eksempel */15"
    ),
    "{field} {item} steps past {last}, so only {first} is left: write {first}, or a step below {most}": (
        "{field} {item} går forbi {last}, så bare {first} er igjen: skriv {first}, eller et steg under {most}"
    ),
    "L, W and # are not cron as Kubernetes reads it; for the last day write `every: monthly`, `on: last`": (
        "L, W og # er ikke cron slik Kubernetes leser det; for den siste dagen skriv `every: monthly`, `on: last`"
    ),
    "write {low}-{high}": "skriv {low}-{high}",
    "write {low}-{high}, or {first}-{last}": "skriv {low}-{high}, eller {first}-{last}",
    "spread is counted in whole minutes, at least two: write, for instance, 30m": (
        "spredning telles i hele minutter, minst to: skriv for eksempel 30m"
    ),
    "spread goes with one minute per hour: leave it out, or name a single minute": (
        "spredning passer med ett minutt i timen: utelat den, eller nevn ett enkelt minutt"
    ),
    "spread is longer than the hour after which the schedule runs again: at most 60m": (
        "spredningen er lengre enn timen til neste kjøring: høyst 60m"
    ),
    "spread reaches past midnight, into another day: begin earlier, or make it shorter": (
        "spredningen går over midnatt, til en annen dag: begynn tidligere, eller gjør den kortere"
    ),
    "the organisation's own document has mistakes": "organisasjonens eget dokument har feil",
}
FORMS: Mapping[str, str] = {**SELECTIONS, **SCHEDULES}
