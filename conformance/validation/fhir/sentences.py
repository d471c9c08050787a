"""One line a code: code | weight (e, w, i) | English | Dutch."""

# ruff: noqa: E501 - a sentence a line is how this table stays readable

SENTENCES = """
syntax-encoding | e | The text is not UTF-8: {found}. Write the file as UTF-8. | De tekst is geen UTF-8: {found}. Schrijf het bestand als UTF-8.
syntax-not-readable | e | The text cannot be read: {found}. | De tekst is niet te lezen: {found}.
syntax-not-a-resource | e | A FHIR resource is a JSON object; found: {found}. | Een FHIR-resource is een JSON-object; gevonden: {found}.
syntax-duplicate-key | e | The property '{found}' is written twice in one object. Keep one. | De eigenschap '{found}' staat tweemaal in één object. Houd er één.
syntax-json-comment | e | JSON has no comments: {found}. Remove the comment. | JSON kent geen commentaar: {found}. Verwijder het.
syntax-trailing-comma | e | There is a comma too many: {found}. | Er staat een komma te veel: {found}.
syntax-control-character | e | A text holds a control character as it is: {found}. Write it as an escape (\\n, \\t, \\u00XX). | Een tekst bevat een onbewerkt stuurteken: {found}. Schrijf het als \\n, \\t of \\u00XX.
syntax-number | e | {found}. Write a number JSON allows. | {found}. Schrijf een getal dat JSON toestaat.
syntax-too-deep | e | The text is nested too deep: {found}. | De tekst is te diep genest: {found}.
syntax-doctype | e | {found} is not allowed in FHIR XML. Remove the document type. | {found} is niet toegestaan in FHIR-XML. Verwijder het documenttype.
syntax-namespace | e | The root element is in the namespace '{found}'; FHIR's is http://hl7.org/fhir. | Het hoofdelement staat in de naamruimte '{found}'; die van FHIR is http://hl7.org/fhir.
syntax-attribute | e | The attribute '{found}' is not allowed here. | Het attribuut '{found}' is hier niet toegestaan.
syntax-text | e | Text is not allowed here: '{found}'. FHIR values are in attributes. | Tekst is hier niet toegestaan: '{found}'. FHIR-waarden staan in attributen.
structure-unknown-resource | e | '{found}' is no resource type of this FHIR version. | '{found}' is geen resourcetype van deze FHIR-versie.
structure-unknown-element | e | There is no element '{found}' in {expected}. Check the name and the FHIR version. | {expected} heeft geen element '{found}'. Controleer de naam en de FHIR-versie.
structure-order | e | Elements are out of order: {found}. | Elementen staan niet op volgorde: {found}.
structure-repeated | e | The element '{found}' may not repeat. | Het element '{found}' mag niet herhaald worden.
structure-json-type | e | Found: {found}; expected: {expected}. | Gevonden: {found}; verwacht: {expected}.
structure-null | e | null is not allowed here; leave the property out. Expected: {expected}. | null is hier niet toegestaan; laat de eigenschap weg. Verwacht: {expected}.
structure-empty-array | e | An array may not be empty; leave the property out. | Een array mag niet leeg zijn; laat de eigenschap weg.
structure-empty-element | e | The element is empty: an element has a value or children (ele-1). | Het element is leeg: een element heeft een waarde of onderliggende elementen (ele-1).
structure-two-choices | e | Only one of these may be present: {found}. | Slechts één hiervan mag aanwezig zijn: {found}.
structure-uneven-sibling | e | The array has {expected} values and its '_' sibling has {found} entries; they must be equal. | De array heeft {expected} waarden en de '_'-tegenhanger {found}; dat moet gelijk zijn.
cardinality-min | e | At least {expected} expected, {found} found (by {rule}). | Minstens {expected} verwacht, {found} gevonden (volgens {rule}).
cardinality-max | e | At most {expected} allowed, {found} found (by {rule}). | Hoogstens {expected} toegestaan, {found} gevonden (volgens {rule}).
value-format | e | '{found}' is not well-formed; expected {expected}. | '{found}' is niet goed gevormd; verwacht: {expected}.
value-empty | e | The value is empty; leave the element out or give {expected}. | De waarde is leeg; laat het element weg of geef {expected}.
value-html | w | The text holds what looks like an HTML tag: '{found}'. | De tekst bevat iets dat op een HTML-tag lijkt: '{found}'.
value-length | e | The text has {found} characters; at most {expected} are allowed (by {rule}). | De tekst heeft {found} tekens; hoogstens {expected} toegestaan (volgens {rule}).
value-min | e | {found} is less than the minimum {expected} (by {rule}). | {found} is minder dan het minimum {expected} (volgens {rule}).
value-max | e | {found} is more than the maximum {expected} (by {rule}). | {found} is meer dan het maximum {expected} (volgens {rule}).
value-not-comparable | e | {found} cannot be compared with the limit {expected}: no formal unit, or another kind of quantity. | {found} is niet te vergelijken met de grens {expected}: geen formele eenheid, of een andere grootheid.
value-fixed | e | Found {found}; fixed to {expected} by {rule}. | Gevonden {found}; vast op {expected} volgens {rule}.
value-pattern | e | Found {found}; must contain {expected} by {rule}. | Gevonden {found}; moet {expected} bevatten volgens {rule}.
value-alternative | e | Without a value this element needs one of these extensions: {expected} (by {rule}). | Zonder waarde moet dit element een van deze extensies hebben: {expected} (volgens {rule}).
id-duplicate | e | The id '{found}' occurs twice in this resource. | De id '{found}' komt tweemaal voor in deze resource.
attachment-size | e | The stated size is {expected} bytes; the data has {found}. | De opgegeven grootte is {expected} bytes; de data heeft er {found}.
canonical-relative | e | A canonical URL is absolute or #id; found '{found}'. | Een canonical URL is absoluut of #id; gevonden '{found}'.
uuid-format | e | '{found}' is not well-formed; expected {expected}. | '{found}' is niet goed gevormd; verwacht {expected}.
type-not-allowed | e | The type {found} is not allowed here; allowed: {expected} (by {rule}). | Het type {found} is hier niet toegestaan; toegestaan: {expected} (volgens {rule}).
type-resource-not-allowed | e | A {found} is not allowed here; allowed: {expected}. | Een {found} is hier niet toegestaan; toegestaan: {expected}.
profile-other-type | e | The profile {expected} is not for a {found}. | Het profiel {expected} is niet voor een {found}.
profile-unknown | w | The profile {found} is not among the loaded definitions, so it was not checked. Add its package (--package). | Het profiel {found} zit niet in de geladen definities en is dus niet gecontroleerd. Voeg het pakket toe (--package).
profile-no-match | e | The content conforms to none of: {expected}. | De inhoud voldoet aan geen van: {expected}.
invariant | e | {expected} ({rule}) | {expected} ({rule})
best-practice | w | Best practice: {expected} | Goed gebruik: {expected}
invariant-not-checked | i | Could not check the rule {rule}: {expected}. | De regel {rule} kon niet gecontroleerd worden: {expected}.
slicing-closed | e | This matches none of the slices ({expected}) and the slicing is closed (by {rule}). | Dit past in geen van de slices ({expected}) en de slicing is gesloten (volgens {rule}).
slicing-min | e | At least {expected} of this slice expected, {found} found (by {rule}). | Minstens {expected} van deze slice verwacht, {found} gevonden (volgens {rule}).
slicing-max | e | At most {expected} of this slice allowed, {found} found (by {rule}). | Hoogstens {expected} van deze slice toegestaan, {found} gevonden (volgens {rule}).
slicing-order | e | Out of order: {found} (expected {expected}; by {rule}). | Niet op volgorde: {found} (verwacht {expected}; volgens {rule}).
slicing-ambiguous | e | This matches more than one slice: {found} (by {rule}). | Dit past in meer dan één slice: {found} (volgens {rule}).
slicing-not-checked | i | Could not decide to which slice this belongs: {expected} (by {rule}). | Niet te bepalen in welke slice dit hoort: {expected} (volgens {rule}).
extension-url | e | Extension.url is '{found}'; expected {expected}. | Extension.url is '{found}'; verwacht {expected}.
extension-unknown | e | The extension {found} is not among the loaded definitions. Add its package (--package), or let unknown extensions through. | De extensie {found} zit niet in de geladen definities. Voeg het pakket toe (--package), of laat onbekende extensies toe.
extension-context | e | The extension {rule} is not allowed on {found}; allowed on: {expected}. | De extensie {rule} is niet toegestaan op {found}; toegestaan op: {expected}.
extension-modifier | e | The extension {rule} belongs in '{expected}', not in '{found}'. | De extensie {rule} hoort in '{expected}', niet in '{found}'.
extension-sub-unknown | e | '{found}' is no part of the extension {rule}; its parts: {expected}. | '{found}' is geen deel van de extensie {rule}; haar delen: {expected}.
extension-version | e | Extension.url must not carry a version: '{found}'. Write {expected}. | Extension.url mag geen versie dragen: '{found}'. Schrijf {expected}.
extension-not-checked | i | Could not check the extension {found}: HL7's package that defines it is not loaded. | De extensie {found} kon niet gecontroleerd worden: het HL7-pakket dat haar definieert is niet geladen.
reference-format | e | '{found}' is no reference; expected {expected}. | '{found}' is geen verwijzing; verwacht {expected}.
reference-type | e | The reference points at a {found}; allowed: {expected} (by {rule}). | De verwijzing wijst naar een {found}; toegestaan: {expected} (volgens {rule}).
reference-not-found | e | '{found}' was not found; expected {expected}. | '{found}' is niet gevonden; verwacht {expected}.
reference-ambiguous | e | '{found}' matches more than one entry. | '{found}' past op meer dan één entry.
reference-aggregation | e | The target is {found}; it must be {expected} (by {rule}). | Het doel is {found}; het moet {expected} zijn (volgens {rule}).
reference-profile | e | The target of '{found}' conforms to none of: {expected}. | Het doel van '{found}' voldoet aan geen van: {expected}.
contained-no-id | e | A contained resource needs an id. | Een ingesloten resource heeft een id nodig.
code-not-in-value-set | e | {found} is not in the value set {expected}. | {found} zit niet in de waardenlijst {expected}.
code-missing | e | There is no code; one of {expected} is expected. | Er is geen code; verwacht er een uit {expected}.
code-unknown | e | {expected} has no code '{found}'. | {expected} kent geen code '{found}'.
code-not-checked | i | Could not check {found} against {expected}: that needs a terminology server ({rule}). | {found} kon niet tegen {expected} gecontroleerd worden: daar is een terminologieserver voor nodig ({rule}).
code-system-format | e | '{found}' is no system; expected {expected}. | '{found}' is geen stelsel; verwacht {expected}.
display-wrong | e | The display '{found}' is none of the code's names; one is '{expected}' ({rule}). | De weergave '{found}' is geen van de namen van de code; een daarvan is '{expected}' ({rule}).
narrative-xhtml | e | The narrative holds {found}; expected {expected}. | De tekstweergave bevat {found}; verwacht {expected}.
narrative-empty | e | The narrative holds no visible text (txt-2). | De tekstweergave bevat geen zichtbare tekst (txt-2).
narrative-link | e | The link {found} leads nowhere; expected {expected}. | De koppeling {found} leidt nergens heen; verwacht {expected}.
narrative-source | e | '{found}' does not say its source: {expected} (by {rule}). | '{found}' noemt zijn bron niet: {expected} (volgens {rule}).
narrative-language | e | The narrative misses a language section: {expected} (by {rule}). | De tekstweergave mist een taaldeel: {expected} (volgens {rule}).
bundle-full-url | e | The fullUrl '{found}' is not right: {expected}. | De fullUrl '{found}' klopt niet: {expected}.
bundle-duplicate | e | '{found}' occurs twice in the Bundle. | '{found}' komt tweemaal voor in de Bundle.
bundle-link | e | The link relation '{found}' may occur once. | De koppelingsrelatie '{found}' mag eenmaal voorkomen.
bundle-search | e | In a search set: {expected}; found {found}. | In een zoekresultaat: {expected}; gevonden {found}.
bundle-first-entry | e | The first entry of this Bundle must be a {expected}; found {found}. | De eerste entry van deze Bundle moet een {expected} zijn; gevonden {found}.
bundle-unreachable | e | The entry '{found}' is not reached from the {expected}, in neither direction. | De entry '{found}' is vanaf de {expected} niet te bereiken, in geen van beide richtingen.
bundle-not-found | e | '{found}' is not in the Bundle ({expected}). | '{found}' zit niet in de Bundle ({expected}).
bundle-by-entry | i | This Bundle is too large to hold at once and is judged entry by entry. Not judged: references between entries, double entries, what a document or message asks of the whole, profiles of the Bundle. | Deze Bundle is te groot om in het geheugen te houden en wordt per entry beoordeeld. Niet beoordeeld: verwijzingen tussen entries, dubbele entries, wat een document of bericht van het geheel vraagt, profielen van de Bundle.
bundle-stylesheet | e | The stylesheet '{found}' is not in the Bundle. | Het stijlblad '{found}' zit niet in de Bundle.
questionnaire-enable-when | e | enableWhen refers to '{found}', which {expected}. | enableWhen verwijst naar '{found}', die {expected}.
questionnaire-not-found | w | The questionnaire {found} was not found, so the answers were not checked against it. | De vragenlijst {found} is niet gevonden; de antwoorden zijn er niet tegen gecontroleerd.
answer-link | e | The linkId '{found}' is not in the questionnaire {expected}. | De linkId '{found}' zit niet in de vragenlijst {expected}.
answer-missing | e | The required question '{found}' has no answer. | De verplichte vraag '{found}' heeft geen antwoord.
answer-not-enabled | e | The item '{found}' has an answer though its enableWhen does not hold. | Het item '{found}' heeft een antwoord terwijl zijn enableWhen niet geldt.
answer-type | e | The answer is of type {found}; the question asks for {expected}. | Het antwoord is van het type {found}; de vraag vraagt {expected}.
answer-option | e | '{found}' is none of the permitted answers: {expected}. | '{found}' is geen van de toegestane antwoorden: {expected}.
answer-not-allowed | e | The item '{found}' may not have answers: it is of type {expected}. | Het item '{found}' mag geen antwoord hebben: het is van type {expected}.
answer-count | e | {found} answers; {expected}. | {found} antwoorden; {expected}.
answer-order | e | The item '{found}' is out of order; expected {expected}. | Het item '{found}' staat niet op volgorde; verwacht {expected}.
answer-limit | e | {found} does not keep within the limit: {expected}. | {found} blijft niet binnen de grens: {expected}.
definition-rule | e | {found}: {expected}. | {found}: {expected}.
measure-rule | e | {found}: {expected}. | {found}: {expected}.
"""
