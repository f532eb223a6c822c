"""What pages say of closed days, of what is tried again, of comparisons and of who was told."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "beside.closed-now": {
        "nb": "Stengt til og med {last}.",
        "en": "Closed through {last}.",
    },
    "beside.closed-today": {
        "nb": "Stengt til og med {last}: ingen kjøring begynner etter tidsplanen.",
        "en": "Closed through {last}: no run begins by the schedule.",
    },
    "beside.closed": {"nb": "Stengte dager", "en": "Closed days"},
    "beside.closed-days": {"nb": "{first} til og med {last}", "en": "{first} through {last}"},
    "beside.closed-day": {"nb": "{first}", "en": "{first}"},
    "beside.reopens": {"nb": "Første kjøring etterpå: {at}", "en": "The first run after that: {at}"},
    "beside.frozen": {"nb": "stengt, kjøres ikke:", "en": "closed, does not run:"},
    "beside.again.not_applied": {
        "nb": "1 bilag kom ikke fram. Det sendes igjen av seg selv,|{count} bilag kom ikke fram. De sendes igjen av "
        "seg selv,",
        "en": "1 document did not arrive. It is sent again by itself,|{count} documents did not arrive. They are sent "
        "again by themselves,",
    },
    "beside.again.unknown": {
        "nb": "1 bilag er uavklart. Mottakersystemet spørres etter det av seg selv,|{count} bilag er uavklart. "
        "Mottakersystemet spørres etter dem av seg selv,",
        "en": "The fate of 1 document is unknown. The outside system is asked for it by itself,|The fate of {count} "
        "documents is unknown. The outside system is asked for them by itself,",
    },
    "beside.again-earliest": {
        "nb": "tidligst {at}. Pausen blir lengre for hvert forsøk.",
        "en": "at {at} at the earliest. The pause gets longer with each try.",
    },
    "beside.again-next": {"nb": "ved neste kjøring.", "en": "with the next run."},
    "beside.again-tries": {
        "nb": "1 forsøk til nå.|{count} forsøk til nå.",
        "en": "1 try so far.|{count} tries so far.",
    },
    "beside.tried-again.not_applied": {"nb": "sendes igjen tidligst {at}", "en": "sent again at {at} at the earliest"},
    "beside.tried-again.unknown": {"nb": "spørres etter tidligst {at}", "en": "asked for at {at} at the earliest"},
    "beside.compared": {"nb": "Sammenligning med mottakersystemet", "en": "Comparison with the outside system"},
    "beside.compared-never": {
        "nb": "Ikke sammenlignet ennå. Det skjer av seg selv hver natt etter kl. 02, for dagen før.",
        "en": "Not compared yet. That happens by itself every night after 02:00, for the day before.",
    },
    "beside.compared-night": {"nb": "Natt til {night}", "en": "The night to {night}"},
    "beside.compared-by-hand": {"nb": "Etter ønske {at}", "en": "By hand, {at}"},
    "beside.compared-of": {
        "nb": "1 bilag sendt {days} ble sammenlignet.|{count} bilag sendt {days} ble sammenlignet.",
        "en": "1 document sent {days} was compared.|{count} documents sent {days} were compared.",
    },
    "beside.compared-span": {"nb": "{first} til {last}", "en": "{first} to {last}"},
    "beside.compared-incomplete": {
        "nb": "Den ble ikke fullstendig.",
        "en": "It was not complete.",
    },
    "beside.compared-unread": {
        "nb": "1 av dem kunne ikke leses der.|{count} av dem kunne ikke leses der.",
        "en": "1 of them could not be read there.|{count} of them could not be read there.",
    },
    "beside.compared-agrees": {
        "nb": "Alt står der slik det ble sendt.",
        "en": "Everything stands there as it was sent.",
    },
    "beside.compared-differs": {
        "nb": "1 bilag står annerledes|{count} bilag står annerledes",
        "en": "1 document stands otherwise|{count} documents stand otherwise",
    },
    "beside.compared-failed": {
        "nb": "Sammenligningen natt til {night} kunne ikke gjøres:",
        "en": "The comparison of the night to {night} could not be made:",
    },
    "notices": {"nb": "Varsler", "en": "Notifications"},
    "notices.about": {
        "nb": "En kanal får beskjed når noe blir verre, og når det har vært bra igjen en stund. "
        "Hver melding sendes én gang; den som ikke kommer fram, prøves igjen i tre dager.",
        "en": "A channel is told when something gets worse, and when it has been well again for a while. "
        "Each message is sent once; what does not arrive is tried again for three days.",
    },
    "notices.channels": {"nb": "Hvem som får beskjed", "en": "Who is told"},
    "notices.channel": {"nb": "Kanal", "en": "Channel"},
    "notices.by": {"nb": "Måte", "en": "Way"},
    "notices.by.mail": {"nb": "e-post", "en": "e-mail"},
    "notices.by.webhook": {"nb": "webhook", "en": "webhook"},
    "notices.by.slack": {"nb": "Slack", "en": "Slack"},
    "notices.by.teams": {"nb": "Teams", "en": "Teams"},
    "notices.by.mattermost": {"nb": "Mattermost", "en": "Mattermost"},
    "notices.of": {"nb": "Gjelder", "en": "About"},
    "notices.of-all": {"nb": "alle integrasjoner", "en": "every integration"},
    "notices.none": {
        "nb": "Ingen får beskjed når noe går galt. En kanal legges til i oppsettet av den som har det i git: under "
        "«notifications» i organisasjonens fil. Deretter legges adressen inn under påloggingsdetaljer.",
        "en": "Nobody is told when something goes wrong. A channel is added to the configuration by whoever keeps it "
        "in git: below 'notifications' in the organisation's file. Then its address is entered among the credentials.",
    },
    "notices.addresses": {"nb": "Adressene til kanalene", "en": "The channels' addresses"},
    "notices.told": {"nb": "Det som er varslet", "en": "What was told"},
    "notices.caption": {
        "nb": "De nyeste først. Tidspunkter i tidssonen {zone}.",
        "en": "The newest first. Times are in {zone}.",
    },
    "notices.nothing": {
        "nb": "Ingenting er varslet ennå: ingenting har endret tilstand siden kanalene kom til.",
        "en": "Nothing was told yet: nothing has changed its state since the channels were added.",
    },
    "notices.at": {"nb": "Oppdaget", "en": "Noticed"},
    "notices.matter": {"nb": "Hva", "en": "What"},
    "notices.change": {"nb": "Endring", "en": "Change"},
    "notices.why": {"nb": "Hvorfor", "en": "Why"},
    "notices.stage": {"nb": "Levering", "en": "Delivery"},
    "notices.matter.credential": {"nb": "påloggingsdetaljene {name}", "en": "the credential {name}"},
    "notices.matter.report": {"nb": "rapporten {name}", "en": "the report {name}"},
    "notices.matter.configuration": {"nb": "oppsettet", "en": "the configuration"},
    "notices.level.red": {"nb": "Rød", "en": "Red"},
    "notices.level.yellow": {"nb": "Gul", "en": "Yellow"},
    "notices.level.fine": {"nb": "I orden", "en": "Fine"},
    "notices.became": {"nb": "ble", "en": "became"},
    "notices.stage.waiting": {"nb": "venter på å bli sendt", "en": "waits to be sent"},
    "notices.stage.again": {"nb": "kom ikke fram, prøves igjen {at}", "en": "did not arrive, tried again at {at}"},
    "notices.stage.sending": {"nb": "sendes nå", "en": "being sent"},
    "notices.stage.told": {"nb": "levert {at}", "en": "delivered {at}"},
    "notices.stage.superseded": {"nb": "erstattet av et nyere varsel", "en": "overtaken by a newer one"},
    "notices.stage.given_up": {"nb": "gitt opp {at}", "en": "given up {at}"},
    "notices.attempts": {"nb": "{count} forsøk", "en": "{count} tries"},
}
