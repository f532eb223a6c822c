"""What is said of what people decide about documents: what a deed is called, what it does, and that it was done."""

from collections.abc import Mapping

from reconciler.specs.languages import Language

TEXTS: Mapping[str, Mapping[Language, str]] = {
    "documents.changed": {
        "nb": (
            "Bilagene er endret siden du så på dem, eller de står ikke slik lenger. Ingenting er gjort. Gå"
            " tilbake til listen og se på nytt."
        ),
        "en": (
            "The documents have changed since you looked at them, or do not stand so any more. Nothing was"
            " done. Go back to the list and look again."
        ),
    },
    "documents.too-many": {
        "nb": "Det er for mange bilag på en gang. Velg ut færre, for eksempel etter dag eller kategori.",
        "en": "These are too many documents at once. Choose fewer, by day or category for instance.",
    },
    "documents.no-reason": {
        "nb": "Å gi opp krever en begrunnelse på 10 til 500 tegn. Ingenting er gjort.",
        "en": "Giving up needs a reason of 10 to 500 characters. Nothing was done.",
    },
    "documents.confirm": {"nb": "Bekreft: {deed}", "en": "Confirm: {deed}"},
    "documents.confirm.about": {"nb": "Dette gjelder", "en": "This is about"},
    "documents.confirm.count": {"nb": "1 bilag|{count} bilag", "en": "1 document|{count} documents"},
    "documents.confirm.sum": {"nb": "Sum", "en": "Sum"},
    "documents.confirm.target": {"nb": "Går til", "en": "Goes to"},
    "documents.confirm.first": {"nb": "De første {count}", "en": "The first {count}"},
    "documents.confirm.nothing": {
        "nb": "Du har ikke valgt noe bilag. Gå tilbake og sett hake ved dem det gjelder.",
        "en": "You have chosen no document. Go back and tick those that you mean.",
    },
    "documents.confirm.none": {
        "nb": "Dette kan ikke gjøres med noen av bilagene, slik statusen deres er nå. Gå tilbake og velg andre.",
        "en": "None of the documents stands so that this is allowed. Go back and choose others.",
    },
    "documents.confirm.left-out": {
        "nb": (
            "1 valgt bilag er utelatt: det har en status der dette ikke kan gjøres.|{count} valgte bilag er utelatt: de"
            " har en status der dette ikke kan gjøres."
        ),
        "en": (
            "1 chosen document is left out: as it stands this is not allowed.|{count} chosen documents are left"
            " out: as they stand this is not allowed."
        ),
    },
    "documents.confirm.one": {
        "nb": "Bilag trekkes tilbake ett om gangen. Gå tilbake og velg ett.",
        "en": "Documents are withdrawn one by one. Go back and choose one.",
    },
    "documents.confirm.reason-needed": {
        "nb": "Begrunnelse (10 til 500 tegn, uten navn på personer)",
        "en": "Reason (10 to 500 characters, without names of people)",
    },
    "documents.confirm.reason-free": {
        "nb": "Begrunnelse (kan utelates; 10 til 500 tegn, uten navn på personer)",
        "en": "Reason (may be left out; 10 to 500 characters, without names of people)",
    },
    "documents.confirm.id": {
        "nb": "Id i mottakersystemet (kan utelates)",
        "en": "Its id in the outside system (may be left out)",
    },
    "documents.confirm.until": {
        "nb": "Til og med dag (tom: til noen slipper dem fram)",
        "en": "Up to and with day (empty: until released)",
    },
    "documents.confirm.type-count": {
        "nb": "Skriv antall bilag, {count}, for å bekrefte",
        "en": "Type the number of documents, {count}, to confirm",
    },
    "documents.confirm.understood": {
        "nb": "Jeg har lest hva som skjer, og det er dette jeg vil",
        "en": "I have read what happens, and this is what I want",
    },
    "documents.confirm.reverse": {
        "nb": "Reverser det som står der, først (bare der systemet kan det)",
        "en": "Reverse what is there first (only where the system can)",
    },
    "documents.confirm.second": {
        "nb": "Over {alone} bilag må godkjennes av en person til. Ingenting sendes før det.",
        "en": "More than {alone} documents need a second person's approval. Nothing goes before that.",
    },
    "documents.confirm.most": {
        "nb": "Flere enn {most} bilag kan ikke sendes en gang til på en gang. Velg ut færre.",
        "en": "More than {most} documents cannot be sent once more at once. Choose fewer.",
    },
    "documents.done.retry": {
        "nb": "1 bilag sendes på nytt ved neste kjøring.|{count} bilag sendes på nytt ved neste kjøring.",
        "en": "1 document goes again with the next run.|{count} documents go again with the next run.",
    },
    "documents.done.give-up": {
        "nb": "1 bilag er gitt opp.|{count} bilag er gitt opp.",
        "en": "1 document was given up.|{count} documents were given up.",
    },
    "documents.done.received": {
        "nb": "1 bilag regnes som sendt.|{count} bilag regnes som sendt.",
        "en": "1 document counts as sent.|{count} documents count as sent.",
    },
    "documents.done.not-received": {
        "nb": "1 bilag regnes som ikke mottatt.|{count} bilag regnes som ikke mottatt.",
        "en": "1 document counts as not received.|{count} documents count as not received.",
    },
    "documents.done.fixed-there": {
        "nb": "1 bilag regnes som rettet der.|{count} bilag regnes som rettet der.",
        "en": "1 document counts as corrected there.|{count} documents count as corrected there.",
    },
    "documents.done.withdraw": {
        "nb": "Bilaget er bevist borte, og sendes på nytt som nummer {number}.",
        "en": "The document is proved gone, and goes again as number {number}.",
    },
    "documents.done.resend": {
        "nb": "1 bilag sendes en gang til ved neste kjøring.|{count} bilag sendes en gang til ved neste kjøring.",
        "en": "1 document goes once more with the next run.|{count} documents go once more with the next run.",
    },
    "documents.done.reverse": {
        "nb": (
            "1 bilag reverseres ved neste kjøring, og sendes så en gang til.|{count} bilag reverseres ved neste"
            " kjøring, og sendes så en gang til."
        ),
        "en": (
            "1 document is reversed with the next run, and goes once more then.|{count} documents are reversed"
            " with the next run, and go once more then."
        ),
    },
    "documents.done.asked": {
        "nb": (
            "1 bilag venter på godkjenning (forespørsel {request}).|{count} bilag venter på at en person til"
            " godkjenner (forespørsel {request})."
        ),
        "en": (
            "1 document waits for approval (request {request}).|{count} documents wait for a second person's"
            " approval (request {request})."
        ),
    },
    "documents.done.approved": {
        "nb": (
            "Godkjent: 1 bilag sendes en gang til ved neste kjøring.|Godkjent: {count} bilag sendes en gang til"
            " ved neste kjøring."
        ),
        "en": (
            "Approved: 1 document goes once more with the next run.|Approved: {count} documents go once more"
            " with the next run."
        ),
    },
    "documents.done.refused": {
        "nb": "Forespørsel {request} er avslått. Ingenting sendes.",
        "en": "Request {request} was refused. Nothing is sent.",
    },
    "documents.done.hold": {
        "nb": "1 post holdes tilbake.|{count} poster holdes tilbake.",
        "en": "1 record is held back.|{count} records are held back.",
    },
    "documents.done.release": {
        "nb": "1 post er sluppet fram.|{count} poster er sluppet fram.",
        "en": "1 record was released.|{count} records were released.",
    },
    "resends": {"nb": "Sending på nytt", "en": "Sending once more"},
    "resends.hint": {
        "nb": "Noen vil sende disse bilagene en gang til. De er mange nok til at en annen må være enig.",
        "en": ("Somebody wants to send these documents once more. They are so many that somebody else has to agree."),
    },
    "resends.none": {
        "nb": "Ingen forespørsel venter. Hit kommer ønsker om å sende mange bilag en gang til: da må en person til si "
        "ja.",
        "en": "No request waits. Wishes to send many documents once more come here: then a second person has "
        "to say yes.",
    },
    "resends.one": {"nb": "Forespørsel {number}", "en": "Request {number}"},
    "resends.asked": {"nb": "{by} ba om det {at}", "en": "{by} asked for it on {at}"},
    "resends.reverse": {"nb": "Det som står der, reverseres først.", "en": "What is there is reversed first."},
    "resends.stays": {
        "nb": "Det som står der nå, blir stående: hvis ingen tar det bort, står det der to ganger.",
        "en": "What is there now stays there: unless somebody removes it, it will stand there twice.",
    },
    "resends.own": {
        "nb": "Du ba om dette selv: en annen med rollen regnskapsfører eller administrator må godkjenne.",
        "en": "You asked for this yourself: somebody else who is accountant or admin has to approve.",
    },
    "resends.no-right": {
        "nb": "Regnskapsførere og administratorer i organisasjonen kan godkjenne eller avslå.",
        "en": "Accountants and admins of the organisation can approve or refuse.",
    },
    "resends.approve": {"nb": "Godkjenn", "en": "Approve"},
    "resends.refuse": {"nb": "Avslå", "en": "Refuse"},
    "resends.understood": {
        "nb": "Jeg har sett hva det gjelder, og godkjenner",
        "en": "I have seen what it is about, and approve",
    },
    "deed.retry": {"nb": "Prøv på nytt", "en": "Send again"},
    "deed.give-up": {"nb": "Gi opp", "en": "Give up"},
    "deed.received": {"nb": "Det kom fram", "en": "It was received"},
    "deed.not-received": {"nb": "Det kom ikke fram", "en": "It was not received"},
    "deed.fixed-there": {"nb": "Det er rettet der", "en": "It is corrected there"},
    "deed.withdraw": {"nb": "Trekk tilbake", "en": "Withdraw"},
    "deed.resend": {"nb": "Send en gang til", "en": "Send once more"},
    "deed.hold": {"nb": "Hold tilbake", "en": "Hold back"},
    "deed.happens.retry": {
        "nb": "Bilagene sendes på nytt ved neste kjøring, med samme referanse og nummer.",
        "en": "The documents go again with the next run, under the same reference and number.",
    },
    "deed.happens.give-up": {
        "nb": "Bilagene blir aldri sendt. Det kan angres ved å prøve på nytt.",
        "en": "The documents are never sent. Sending them again takes this back.",
    },
    "deed.happens.received": {
        "nb": "Bilagene regnes som sendt, og sendes ikke på nytt. Søk opp referansen i mottakersystemet først.",
        "en": ("The documents count as sent, and do not go again. Look for the reference in the outside system first."),
    },
    "deed.happens.not-received": {
        "nb": (
            "Bilagene sendes på nytt. Søk opp referansen i mottakersystemet først: står bilaget der likevel,"
            " blir det ført to ganger."
        ),
        "en": (
            "The documents go again. Look for the reference in the outside system first: where one is there"
            " after all, it will stand there twice."
        ),
    },
    "deed.happens.fixed-there": {
        "nb": "Bilagene regnes som rettet i mottakersystemet, og følges opp til de er bokført.",
        "en": "The documents count as corrected in the outside system, and are asked for until they are posted.",
    },
    "deed.happens.withdraw": {
        "nb": (
            "Mottakersystemet spørres to ganger om bilaget er borte; det kan ta noen minutter. Er det borte,"
            " sendes det på nytt med ny referanse. Står det der fortsatt, skjer ingenting."
        ),
        "en": (
            "The outside system is asked twice whether the document is gone; that may take some minutes. Where"
            " it is gone, it goes again under a new reference. Where it is still there, nothing happens."
        ),
    },
    "deed.happens.resend": {
        "nb": (
            "Bilagene er allerede sendt. De sendes en gang til, med ny referanse og nytt nummer. Det som står"
            " der nå, blir stående: hvis ingen tar det bort, står det der to ganger."
        ),
        "en": (
            "The documents were sent already. They go once more, under a new reference and number. What is"
            " there now stays there: unless somebody removes it, it will stand there twice."
        ),
    },
    "deed.happens.hold": {
        "nb": "Postene blir ikke sendt før noen slipper dem fram, eller til dagen er over.",
        "en": "The records do not go until somebody releases them, or until the day is over.",
    },
    "decided.retry": {"nb": "ba om å prøve på nytt", "en": "wanted it to be sent again"},
    "decided.give-up": {"nb": "ga det opp", "en": "gave it up"},
    "decided.received": {"nb": "opplyste at det kom fram", "en": "said that it was received"},
    "decided.not-received": {"nb": "opplyste at det ikke kom fram", "en": "said that it was not received"},
    "decided.fixed-there": {"nb": "opplyste at det er rettet der", "en": "said that it is corrected there"},
    "decided.withdraw": {"nb": "trakk det tilbake", "en": "withdrew it"},
    "decided.resend": {"nb": "ba om å sende det en gang til", "en": "wanted it to be sent once more"},
    "decided.hold": {"nb": "holdt det tilbake", "en": "held it back"},
    "decided.release": {"nb": "slapp det fram", "en": "released it"},
    "decided.approve": {"nb": "godkjente å sende det en gang til", "en": "approved that it is sent once more"},
    "decided.refuse": {"nb": "avslo å sende det en gang til", "en": "refused that it is sent once more"},
    "decided.remove": {"nb": "fikk det fjernet der", "en": "had it removed there"},
    "decided.other": {"nb": "gjorde noe annet", "en": "did something else"},
}
