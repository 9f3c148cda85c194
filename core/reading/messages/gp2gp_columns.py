"""The tables of a GP2GP message: which fields each has and where in an entry their values stand."""

from __future__ import annotations

from core.reading.messages.hl7v3_parts import NAME, NOTES, PERSON, REACHED, Columns, coded_columns

_NHS: Columns = (
    ("NHS number", "recordTarget/patient/id/@extension"),
    ("Patient number", "recordTarget/patient/id/@extension"),
)
_ENTRY: Columns = (
    *_NHS,
    ("Consultation ID", "ehrComposition/id"),
    ("Group ID", "CompoundStatement/id"),
    ("Entry ID", "id"),
)
_DATES: Columns = (
    ("Event date", "effectiveTime/center/@value"),
    ("Event end date", "effectiveTime/high/@value"),
    ("Recorded date", "availabilityTime/@value"),
)
_WHO: Columns = (
    ("Clinician", "Participant/agentRef"),
    ("Second clinician", "Participant[2]/agentRef"),
    ("Entry status", "statusCode/@code"),
    ("Confidentiality", "confidentialityCode/@code"),
    ("Confidentiality term", "confidentialityCode/@displayName"),
)
_STATEMENT: Columns = (*_ENTRY, *_DATES, *coded_columns(), *NOTES, *_WHO)
_OBSERVATION: Columns = (
    *_STATEMENT,
    ("Value", "value/@value"),
    ("Unit", "value/@unit"),
    ("Original unit", "value/translation/originalText"),
    ("Result text", "value"),
    ("Coded value", "value/@code"),
    ("Coded value system", "value/@codeSystem"),
    ("Coded value term", "value/@displayName"),
    ("Coded value 2", "value/translation/@code"),
    ("Coded value system 2", "value/translation/@codeSystem"),
    ("Coded value term 2", "value/translation/@displayName"),
    ("Range low", "referenceRange/referenceInterpretationRange/value/low/@value"),
    ("Range high", "referenceRange/referenceInterpretationRange/value/high/@value"),
    ("Range unit", "referenceRange/referenceInterpretationRange/value/high/@unit"),
    ("Range note", "referenceRange/referenceInterpretationRange/text"),
    ("Interpretation code", "interpretationCode/@code"),
    ("Interpretation", "interpretationCode/@displayName"),
    ("Interpretation note", "interpretationCode/originalText"),
    ("Uncertainty", "uncertaintyCode/@displayName"),
    ("Relationship code", "subject/personalRelationship/code/@code"),
    ("Relationship", "subject/personalRelationship/code/@displayName"),
    ("Specimen number", "specimen/specimenRole/id/@extension"),
    ("Specimen", "specimen/specimenRole/specimenSpecimenMaterial/desc"),
)
_MEDICINE = coded_columns("Medicine", "consumable/manufacturedProduct/manufacturedMaterial/code")

COLUMNS: dict[str, Columns] = {
    "patients": (*_NHS, *PERSON),
    "consultations": (
        *_NHS,
        ("Consultation ID", "id"),
        *_DATES,
        ("Entered date", "author/time/@value"),
        *coded_columns(),
        *NOTES,
        *_WHO,
        ("Recorded by", "author/agentRef"),
        ("Organisation", "location/locatedEntity/locatedPlace/name"),
        ("Organisation address", "location/locatedEntity/locatedPlace/addr"),
        ("Organisation postcode", "location/locatedEntity/locatedPlace/addr/postalCode"),
        ("Organisation telephone", "location/locatedEntity/locatedPlace/telecom/@value"),
    ),
    "events": _OBSERVATION,
    "headings": _STATEMENT,
    "allergies": _OBSERVATION,
    "immunisations": _OBSERVATION,
    "problems": (*_STATEMENT, ("Problem status code", "code/@code"), ("Problem status", "code/@displayName")),
    "medicines": (
        *_ENTRY,
        *_DATES,
        *_MEDICINE,
        ("Dosage", "pertinentInformation/pertinentMedicationDosage/text"),
        ("Quantity", "consumable/manufacturedProduct/manufacturedMaterial/quantity/@value"),
        ("Quantity unit", "consumable/manufacturedProduct/manufacturedMaterial/quantity/@unit"),
        *NOTES,
        *_WHO,
    ),
    "prescriptions": (
        *_ENTRY,
        ("Medicine entry ID", "MedicationStatement/id"),
        *_DATES,
        *_MEDICINE,
        ("Entry type", "ehrSupplyAuthorise, ehrSupplyPrescribe or ehrSupplyDiscontinue"),
        ("Supply code", "code/@code"),
        ("Supply term", "code/@displayName"),
        ("Supply note", "code/originalText"),
        ("Quantity", "quantity/@value"),
        ("Quantity unit", "quantity/translation/originalText"),
        ("Repeats", "repeatNumber/@value"),
        *NOTES,
        *_WHO,
    ),
    "referrals": (
        *_STATEMENT,
        ("Priority code", "priorityCode/@code"),
        ("Priority", "priorityCode/@displayName"),
        ("Priority note", "priorityCode/originalText"),
        ("Receiving clinician", "responsibleParty/agentRef"),
    ),
    "plans": _STATEMENT,
    "registrations": (
        *_ENTRY,
        *_DATES,
        ("Registration code", "code/@code"),
        ("Registration type", "code/@displayName"),
        *NOTES,
        *_WHO,
    ),
    "notes": (*_ENTRY, *_DATES, *NOTES, ("Media type", "text/@mediaType"), *_WHO),
    "documents": (
        *_ENTRY,
        *_DATES,
        *coded_columns(at="reference/referredToExternalDocument/code"),
        ("File name", "reference/referredToExternalDocument/text/reference/@value"),
        ("Media type", "reference/referredToExternalDocument/text/@mediaType"),
    ),
    "attachments": (
        *_NHS,
        ("Document ID", "@id"),
        ("File name", "@filename"),
        ("Media type", "@mime"),
        ("Bytes", ""),
    ),
    "qualifiers": (
        *_NHS,
        ("Entry ID", "id"),
        ("Code", "code/@code"),
        ("Term", "code/@displayName"),
        ("Qualifier code", "code/qualifier/name/@code"),
        ("Qualifier", "code/qualifier/name/@displayName"),
        ("Qualifier value code", "code/qualifier/value/@code"),
        ("Qualifier value", "code/qualifier/value/@displayName"),
        ("Qualifier note", "code/qualifier/name/originalText"),
    ),
    "staff": (
        ("Staff ID", "id/@root"),
        ("Staff code", "id/@extension"),
        ("Role code", "code/@code"),
        ("Role", "code/@displayName"),
        *(("Staff full name" if name == "Full name" else name, path) for name, path in NAME),
        ("Sex", "agentPerson/administrativeGenderCode/@code"),
        *REACHED,
        ("Organisation code", "representedOrganization/id/@extension"),
        ("Organisation", "representedOrganization/name"),
    ),
    "organisations": (
        ("Organisation code", "id/@extension"),
        ("Organisation", "name"),
        ("Organisation type code", "code/@code"),
        ("Organisation type", "code/@displayName"),
        ("Organisation description", "desc"),
        *REACHED,
    ),
    "messages": (
        *_NHS,
        ("Message ID", "id/@root"),
        ("Message type", "interactionId/@extension"),
        ("Conversation ID", "ConversationId"),
        ("Creation date", "creationTime/@value"),
        ("Sending system", "communicationFunctionSnd/device/id/@extension"),
        ("Receiving system", "communicationFunctionRcv/device/id/@extension"),
        ("Sending organisation", "EhrExtract/author/AgentOrgSDS/agentOrganizationSDS/id/@extension"),
        ("Receiving organisation", "EhrExtract/destination/AgentOrgSDS/agentOrganizationSDS/id/@extension"),
        ("Software", "agentDevice/softwareName"),
    ),
}

#: The elements that are named as what a value is a part of.
RECORDS = frozenset(
    {
        "EhrExtract", "ehrFolder", "ehrComposition", "CompoundStatement", "ObservationStatement", "LinkSet",
        "MedicationStatement", "ehrSupplyAuthorise", "ehrSupplyPrescribe", "ehrSupplyDiscontinue",
        "NarrativeStatement", "PlanStatement", "RequestStatement", "RegistrationStatement", "EhrEmpty",
        "referredToExternalDocument", "Agent", "recordTarget", "attachment", "MessageHeader", "Manifest",
        "PayloadInformation",
    }
)  # fmt: skip
