"""What goes wrong where things are kept: git, hosts of git, the secret store, and drafts of the portal."""

from collections.abc import Mapping

GIT: Mapping[str, str] = {
    "our copy of the repository cannot be read ({words})": "vår kopi av repoet kan ikke leses ({words})",
    "'{commit}' is not the full id of a commit": "«{commit}» er ikke den fulle id-en til en versjon i git",
    "'{branch}' cannot be a branch": "«{branch}» kan ikke være en gren",
    "'{branch}' cannot be a branch of a proposal": "«{branch}» kan ikke være grenen til et forslag",
    "'{remote}' cannot be the address of a repository": "«{remote}» kan ikke være adressen til et repo",
    "the repository has no branch {branch}": "repoet har ingen gren {branch}",
    "the repository cannot be read ({words})": "repoet kan ikke leses ({words})",
    "git {command}: {words}": "git {command}: {words}",
    "failed": "feilet",
    "git {command} took longer than {within_s} seconds": "git {command} tok mer enn {within_s} sekunder",
    "git cannot be run: {strerror}": "git kan ikke kjøres: {strerror}",
    "there is no revision '{revision}'": "versjonen «{revision}» finnes ikke",
    "'{revision}' is not a revision": "«{revision}» er ikke en versjon i git",
    "{resolve} is not a git repository": "{resolve} er ikke et git-repo",
    "'{organization}' names no folder of an organisation": "«{organization}» er ikke mappen til en organisasjon",
    "{to} holds no {folder}": "{to} har ingen {folder}",
    "{folder} is at {branch} as it was at {wanted}": "{folder} er på {branch} som den var på {wanted}",
    "there is a branch {branch}, and it holds something else": "det finnes en gren {branch}, og den har noe annet",
    "{path} is no plain file, and cannot be proposed": "{path} er ikke en vanlig fil, og kan ikke foreslås",
    "{path} is no text, and cannot be proposed": "{path} er ikke tekst, og kan ikke foreslås",
    "git does not know who you are": "git vet ikke hvem du er",
    "no branch is checked out here": "ingen gren er hentet ut her",
    "{name} is a link that leads out of the repository": "{name} er en lenke som leder ut av repoet",
    "there is no folder orgs/ in {resolve}": "det finnes ingen mappe orgs/ i {resolve}",
    "the commit {revision} holds no orgs/": "versjonen {revision} har ingen orgs/",
    "{name} cannot be read: {strerror}": "{name} kan ikke leses: {strerror}",
    "the specs of {revision} hold more than {most} bytes": "oppsettet i {revision} er på mer enn {most} byte",
    "{base} and {head} have no commit in common": "{base} og {head} har ingen felles versjon",
    "gpg took longer than {within_s} seconds": "gpg tok mer enn {within_s} sekunder",
    "more than {most} commits would have to be signed": "mer enn {most} versjoner måtte vært signert",
    "RECONCILER_HOST names '{kind}'": "RECONCILER_HOST oppgir «{kind}»",
    "RECONCILER_HOST_LOGIN cannot be read": "RECONCILER_HOST_LOGIN kan ikke leses",
    "RECONCILER_HOST_REPOSITORY cannot be read": "RECONCILER_HOST_REPOSITORY kan ikke leses",
    "RECONCILER_HOST_URL is missing": "RECONCILER_HOST_URL mangler",
    "RECONCILER_HOST_URL cannot be the address of an API": "RECONCILER_HOST_URL kan ikke være adressen til et API",
    "RECONCILER_HOST_LOGIN names an App, and only GitHub has those": (
        "RECONCILER_HOST_LOGIN oppgir en App, og det er det bare GitHub som har"
    ),
    "the file of RECONCILER_CA_FILE cannot be read": "filen i RECONCILER_CA_FILE kan ikke leses",
}
STORES: Mapping[str, str] = {
    "the secret store does not hold that version of '{name}'": "hemmelighetslageret har ikke den versjonen av «{name}»",
    "the secret store holds version {version} of '{name}' already, or a later one": (
        "hemmelighetslageret har versjon {version} av «{name}» allerede, eller en senere"
    ),
    "what lies there was written by somebody else": "det som ligger der, er skrevet av noen andre",
    "what lies at the credential's path in the secret store was written by somebody else": (
        "det som ligger på påloggingsdetaljenes plass i hemmelighetslageret, er skrevet av noen andre"
    ),
    "the secret store sends us elsewhere": "hemmelighetslageret sender oss et annet sted",
    "credentials are encrypted under the key {key_id}, which is not here": (
        "påloggingsdetaljene er kryptert med nøkkelen {key_id}, som ikke er her"
    ),
    "a stored credential does not open: it was changed, or moved from another row": (
        "lagrede påloggingsdetaljer lar seg ikke åpne: de er endret, eller flyttet fra en annen rad"
    ),
    "a wrapped key does not open: it was changed, or belongs to another key": (
        "en innpakket nøkkel lar seg ikke åpne: den er endret, eller hører til en annen nøkkel"
    ),
    "a wrapped key does not open with {id}: {message}": "en innpakket nøkkel lar seg ikke åpne med {id}: {message}",
    "a sealed value of a frozen document does not open: it was changed, or moved from another document": (
        "en forseglet verdi i et låst bilag lar seg ikke åpne: den er endret, eller flyttet fra et annet bilag"
    ),
    "the key file {path} cannot be read as a key": "nøkkelfilen {path} kan ikke leses som en nøkkel",
    "the key file {path} can be read by others (mode {mode:04o})": (
        "nøkkelfilen {path} kan leses av andre (modus {mode:04o})"
    ),
    "{where} does not hold {key_bytes} bytes in hexadecimal on each line": (
        "{where} har ikke {key_bytes} byte heksadesimalt på hver linje"
    ),
    "there is no key file at {path}": "det er ingen nøkkelfil på {path}",
    "the key file {path} cannot be made: {strerror}": "nøkkelfilen {path} kan ikke lages: {strerror}",
    "there is no secret store '{name}'": "det finnes ikke noe hemmelighetslager «{name}»",
    "the store is vault, and no Vault is named": "lageret er vault, og ingen Vault er oppgitt",
    "the store is kubernetes, and no namespace is named": "lageret er kubernetes, og ingen namespace er oppgitt",
    "this needs a key of the installation, and this process has none": (
        "dette krever en nøkkel til installasjonen, og denne prosessen har ingen"
    ),
    "the secret store has no such way to log in": "hemmelighetslageret har ingen slik måte å logge inn på",
    "a file for the login to the secret store cannot be read": (
        "en fil for innlogging i hemmelighetslageret kan ikke leses"
    ),
    "somebody else wrote to the secret store meanwhile": "noen andre skrev til hemmelighetslageret i mellomtiden",
    "the secret store cannot be reached": "hemmelighetslageret kan ikke nås",
    "the secret store does not hold that version": "hemmelighetslageret har ikke den versjonen",
    "the secret store fails": "hemmelighetslageret feiler",
    "the secret store has no such engine, login or namespace": (
        "hemmelighetslageret har ingen slik motor, innlogging eller navneområde"
    ),
    "the secret store is not initialised": "hemmelighetslageret er ikke satt i gang",
    "the secret store is overloaded": "hemmelighetslageret er overbelastet",
    "the secret store is sealed, or in maintenance": "hemmelighetslageret er forseglet eller under vedlikehold",
    "the secret store refuses the login, or what was asked for": (
        "hemmelighetslageret avviser innloggingen, eller det som ble bedt om"
    ),
    "the secret store's answer is not one of Vault's API": "svaret fra hemmelighetslageret er ikke slik Vault svarer",
    "the secret store's certificate is not trusted": "sertifikatet til hemmelighetslageret er ikke klarert",
    "the address of the secret store holds more than a server and a path": (
        "adressen til hemmelighetslageret har mer enn en server og en sti"
    ),
    "the address of the secret store is neither https nor on this machine": (
        "adressen til hemmelighetslageret er verken https eller på denne maskinen"
    ),
    "RECONCILER_VAULT_LOGIN cannot be read": "RECONCILER_VAULT_LOGIN kan ikke leses",
    "the key comes from RECONCILER_KEY": "nøkkelen kommer fra RECONCILER_KEY",
    "the cluster has no version of '{name}' there that opens": "klyngen har ingen versjon av «{name}» der som åpner",
    "the cluster cannot answer now ({status})": "klyngen kan ikke svare nå ({status})",
    "the cluster cannot be reached": "klyngen kan ikke nås",
    "the cluster has another object there": "klyngen har noe annet der",
    "the cluster knows no such {kind}": "klyngen kjenner ikke {kind}",
    "the cluster refuses the login": "klyngen avviser innloggingen",
    "the cluster refuses the object ({status})": "klyngen avviser dette ({status})",
    "the cluster refuses the right, or the quota": "klyngen avviser rettigheten, eller kvoten er brukt opp",
    "there is no usable login to the cluster": "det finnes ingen brukbar innlogging til klyngen",
    "Supabase Vault cannot answer now ({state})": "Supabase Vault kan ikke svare nå ({state})",
    "the database of Supabase Vault refuses the login ({state})": (
        "databasen til Supabase Vault avviser innloggingen ({state})"
    ),
    "the stored value does not open ({state}): its key or its row was changed": (
        "den lagrede verdien lar seg ikke åpne ({state}): nøkkelen eller raden er endret"
    ),
    "Supabase Vault has no version of '{name}' there that opens": (
        "Supabase Vault har ingen versjon av «{name}» der som åpner"
    ),
    "Supabase Vault has that version already": "Supabase Vault har den versjonen allerede",
    "Supabase Vault does not let this database role in": "Supabase Vault slipper ikke inn denne databaserollen",
    "this database has no Supabase Vault": "denne databasen har ingen Supabase Vault",
    "Supabase Vault cannot be reached": "Supabase Vault kan ikke nås",
    "version {version} of '{name}' is in the store already": "versjon {version} av «{name}» er i lageret allerede",
    "the store holds no such version of '{name}'": "lageret har ingen slik versjon av «{name}»",
    "the database does not let this role to its credentials": (
        "databasen slipper ikke denne rollen til påloggingsdetaljene"
    ),
}
DRAFTS: Mapping[str, str] = {
    "{account} has no role here as it is applied": "{account} har ingen rolle her slik oppsettet er i bruk",
    "the draft is {account}'s": "utkastet er {account} sitt",
    "there is a {kind} '{name}' already": "det finnes allerede en {kind} «{name}»",
    "the draft changes nothing yet": "utkastet endrer ingenting ennå",
    "nothing of it waits for anybody": "ingenting av det venter på noen",
    "it is at another commit by now": "det er på en annen versjon nå",
    "the draft was proposed already, or dropped": "utkastet er allerede foreslått, eller forkastet",
    "the draft was changed meanwhile, from another page": "utkastet er endret i mellomtiden, fra en annen side",
    "it was changed by somebody else meanwhile": "det er endret av noen andre i mellomtiden",
    "the draft was saved from elsewhere meanwhile": "utkastet ble lagret fra et annet sted i mellomtiden",
    "the draft cannot be used as it is": "utkastet kan ikke brukes som det er",
    "a draft holds too much": "utkastet inneholder for mye",
    "a draft of {organization} holds no such file": "et utkast for {organization} kan ikke ha en slik fil",
    "no config repository is named": "det er ikke oppgitt noe repo for oppsettet",
    "{file}: {error}": "{file}: {error}",
    "the approval rules of {name_in} were applied by another version of this program": (
        "godkjenningsreglene for {name_in} er tatt i bruk av en annen versjon av programmet"
    ),
    "it changes {count} organisations, which are judged when it is merged": (
        "det endrer {count} organisasjoner, som vurderes når det flettes"
    ),
    "orgs/{name} is gone: an organisation goes by state: retired": (
        "orgs/{name} er borte: en organisasjon avvikles med state: retired"
    ),
    "orgs/{name} cannot be used": "orgs/{name} kan ikke brukes",
    "orgs/{name} cannot be used at {fork}, which the proposal was made on: merge the mending first": (
        "orgs/{name} kan ikke brukes på {fork}, som forslaget bygger på: flett rettingen først"
    ),
    "it changes what all share ({shared}/)": "det endrer det som er felles for alle ({shared}/)",
    "it changes what is no organisation's spec: {names}": (
        "det endrer noe som ikke er en organisasjons oppsett: {names}"
    ),
    "it changes files that nothing is applied from: {names}": "det endrer filer som ingenting tas i bruk fra: {names}",
}
FORMS: Mapping[str, str] = {**GIT, **STORES, **DRAFTS}
