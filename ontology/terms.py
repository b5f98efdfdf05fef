"""Every IRI that Polku's code speaks of. Generated from the Turtle; do not edit.

Polku's own terms stand at the top level (``terms.develops``), those of other vocabularies
under their prefix (``terms.skos.prefLabel``).
"""

from typing import Final, NewType

Iri = NewType("Iri", str)

Accept: Final = Iri("https://w3id.org/polku/ns#Accept")
Acceptance: Final = Iri("https://w3id.org/polku/ns#Acceptance")
Accepted: Final = Iri("https://w3id.org/polku/ns#Accepted")
AdvancedStudies: Final = Iri("https://w3id.org/polku/ns#AdvancedStudies")
Article: Final = Iri("https://w3id.org/polku/ns#Article")
Audiences: Final = Iri("https://w3id.org/polku/ns#Audiences")
BasicStudies: Final = Iri("https://w3id.org/polku/ns#BasicStudies")
Blended: Final = Iri("https://w3id.org/polku/ns#Blended")
Book: Final = Iri("https://w3id.org/polku/ns#Book")
ByDescription: Final = Iri("https://w3id.org/polku/ns#ByDescription")
ByIdentifier: Final = Iri("https://w3id.org/polku/ns#ByIdentifier")
ByPerson: Final = Iri("https://w3id.org/polku/ns#ByPerson")
BySource: Final = Iri("https://w3id.org/polku/ns#BySource")
Chapter: Final = Iri("https://w3id.org/polku/ns#Chapter")
Claim: Final = Iri("https://w3id.org/polku/ns#Claim")
Compulsory: Final = Iri("https://w3id.org/polku/ns#Compulsory")
Course: Final = Iri("https://w3id.org/polku/ns#Course")
CrossInstitutional: Final = Iri("https://w3id.org/polku/ns#CrossInstitutional")
DataSet: Final = Iri("https://w3id.org/polku/ns#DataSet")
Decision: Final = Iri("https://w3id.org/polku/ns#Decision")
DegreeStudents: Final = Iri("https://w3id.org/polku/ns#DegreeStudents")
DoctoralThesis: Final = Iri("https://w3id.org/polku/ns#DoctoralThesis")
Examination: Final = Iri("https://w3id.org/polku/ns#Examination")
FITechLearners: Final = Iri("https://w3id.org/polku/ns#FITechLearners")
IndependentWork: Final = Iri("https://w3id.org/polku/ns#IndependentWork")
IntermediateStudies: Final = Iri("https://w3id.org/polku/ns#IntermediateStudies")
Internship: Final = Iri("https://w3id.org/polku/ns#Internship")
Match: Final = Iri("https://w3id.org/polku/ns#Match")
MatchDecision: Final = Iri("https://w3id.org/polku/ns#MatchDecision")
MatchMethods: Final = Iri("https://w3id.org/polku/ns#MatchMethods")
MatchRun: Final = Iri("https://w3id.org/polku/ns#MatchRun")
MicroCredential: Final = Iri("https://w3id.org/polku/ns#MicroCredential")
Missing: Final = Iri("https://w3id.org/polku/ns#Missing")
Modes: Final = Iri("https://w3id.org/polku/ns#Modes")
Module: Final = Iri("https://w3id.org/polku/ns#Module")
MoocLearners: Final = Iri("https://w3id.org/polku/ns#MoocLearners")
NonDegree: Final = Iri("https://w3id.org/polku/ns#NonDegree")
NotInEsco: Final = Iri("https://w3id.org/polku/ns#NotInEsco")
Offering: Final = Iri("https://w3id.org/polku/ns#Offering")
OnSite: Final = Iri("https://w3id.org/polku/ns#OnSite")
Online: Final = Iri("https://w3id.org/polku/ns#Online")
OpenUniversity: Final = Iri("https://w3id.org/polku/ns#OpenUniversity")
OrdinaryCourse: Final = Iri("https://w3id.org/polku/ns#OrdinaryCourse")
Orientation: Final = Iri("https://w3id.org/polku/ns#Orientation")
OrphanedClaim: Final = Iri("https://w3id.org/polku/ns#OrphanedClaim")
OtherStudies: Final = Iri("https://w3id.org/polku/ns#OtherStudies")
OtherWork: Final = Iri("https://w3id.org/polku/ns#OtherWork")
Period: Final = Iri("https://w3id.org/polku/ns#Period")
PostgraduateStudies: Final = Iri("https://w3id.org/polku/ns#PostgraduateStudies")
Preprint: Final = Iri("https://w3id.org/polku/ns#Preprint")
PrerequisiteGroup: Final = Iri("https://w3id.org/polku/ns#PrerequisiteGroup")
ProjectWork: Final = Iri("https://w3id.org/polku/ns#ProjectWork")
Recommended: Final = Iri("https://w3id.org/polku/ns#Recommended")
Reject: Final = Iri("https://w3id.org/polku/ns#Reject")
Rejected: Final = Iri("https://w3id.org/polku/ns#Rejected")
RejectedClaim: Final = Iri("https://w3id.org/polku/ns#RejectedClaim")
RejectedMatch: Final = Iri("https://w3id.org/polku/ns#RejectedMatch")
ResearchOutput: Final = Iri("https://w3id.org/polku/ns#ResearchOutput")
Seminar: Final = Iri("https://w3id.org/polku/ns#Seminar")
SkillLevel1: Final = Iri("https://w3id.org/polku/ns#SkillLevel1")
SkillLevel2: Final = Iri("https://w3id.org/polku/ns#SkillLevel2")
SkillLevel3: Final = Iri("https://w3id.org/polku/ns#SkillLevel3")
SkillLevel4: Final = Iri("https://w3id.org/polku/ns#SkillLevel4")
SkillLevels: Final = Iri("https://w3id.org/polku/ns#SkillLevels")
Software: Final = Iri("https://w3id.org/polku/ns#Software")
Statuses: Final = Iri("https://w3id.org/polku/ns#Statuses")
Strengths: Final = Iri("https://w3id.org/polku/ns#Strengths")
StudentThesis: Final = Iri("https://w3id.org/polku/ns#StudentThesis")
StudyLevels: Final = Iri("https://w3id.org/polku/ns#StudyLevels")
Suggested: Final = Iri("https://w3id.org/polku/ns#Suggested")
TaggingRun: Final = Iri("https://w3id.org/polku/ns#TaggingRun")
Thesis: Final = Iri("https://w3id.org/polku/ns#Thesis")
TooBroad: Final = Iri("https://w3id.org/polku/ns#TooBroad")
UnitKinds: Final = Iri("https://w3id.org/polku/ns#UnitKinds")
UnknownAudience: Final = Iri("https://w3id.org/polku/ns#UnknownAudience")
Verdicts: Final = Iri("https://w3id.org/polku/ns#Verdicts")
WayIn: Final = Iri("https://w3id.org/polku/ns#WayIn")
WorkTypes: Final = Iri("https://w3id.org/polku/ns#WorkTypes")
about: Final = Iri("https://w3id.org/polku/ns#about")
acceptance: Final = Iri("https://w3id.org/polku/ns#acceptance")
acceptedBy: Final = Iri("https://w3id.org/polku/ns#acceptedBy")
acceptedInto: Final = Iri("https://w3id.org/polku/ns#acceptedInto")
acceptedUntil: Final = Iri("https://w3id.org/polku/ns#acceptedUntil")
affiliation: Final = Iri("https://w3id.org/polku/ns#affiliation")
applyBy: Final = Iri("https://w3id.org/polku/ns#applyBy")
assessmentText: Final = Iri("https://w3id.org/polku/ns#assessmentText")
audience: Final = Iri("https://w3id.org/polku/ns#audience")
because: Final = Iri("https://w3id.org/polku/ns#because")
blind: Final = Iri("https://w3id.org/polku/ns#blind")
cefrLevel: Final = Iri("https://w3id.org/polku/ns#cefrLevel")
certifies: Final = Iri("https://w3id.org/polku/ns#certifies")
changedProperty: Final = Iri("https://w3id.org/polku/ns#changedProperty")
code: Final = Iri("https://w3id.org/polku/ns#code")
confidence: Final = Iri("https://w3id.org/polku/ns#confidence")
consistsOf: Final = Iri("https://w3id.org/polku/ns#consistsOf")
contentText: Final = Iri("https://w3id.org/polku/ns#contentText")
country: Final = Iri("https://w3id.org/polku/ns#country")
deciderRole: Final = Iri("https://w3id.org/polku/ns#deciderRole")
decides: Final = Iri("https://w3id.org/polku/ns#decides")
develops: Final = Iri("https://w3id.org/polku/ns#develops")
digitalCertificate: Final = Iri("https://w3id.org/polku/ns#digitalCertificate")
ectsMax: Final = Iri("https://w3id.org/polku/ns#ectsMax")
ectsMin: Final = Iri("https://w3id.org/polku/ns#ectsMin")
endDate: Final = Iri("https://w3id.org/polku/ns#endDate")
enrolmentEnd: Final = Iri("https://w3id.org/polku/ns#enrolmentEnd")
enrolmentStart: Final = Iri("https://w3id.org/polku/ns#enrolmentStart")
entity: Final = Iri("https://w3id.org/polku/ns#entity")
evidenceEnd: Final = Iri("https://w3id.org/polku/ns#evidenceEnd")
evidenceStart: Final = Iri("https://w3id.org/polku/ns#evidenceStart")
evidenceText: Final = Iri("https://w3id.org/polku/ns#evidenceText")
feeCurrency: Final = Iri("https://w3id.org/polku/ns#feeCurrency")
feeMax: Final = Iri("https://w3id.org/polku/ns#feeMax")
firstSeen: Final = Iri("https://w3id.org/polku/ns#firstSeen")
inPeriod: Final = Iri("https://w3id.org/polku/ns#inPeriod")
level: Final = Iri("https://w3id.org/polku/ns#level")
match: Final = Iri("https://w3id.org/polku/ns#match")
matchMethod: Final = Iri("https://w3id.org/polku/ns#matchMethod")
member: Final = Iri("https://w3id.org/polku/ns#member")
mode: Final = Iri("https://w3id.org/polku/ns#mode")
modelVersion: Final = Iri("https://w3id.org/polku/ns#modelVersion")
offeringOf: Final = Iri("https://w3id.org/polku/ns#offeringOf")
openAccess: Final = Iri("https://w3id.org/polku/ns#openAccess")
openThrough: Final = Iri("https://w3id.org/polku/ns#openThrough")
other: Final = Iri("https://w3id.org/polku/ns#other")
outcomesText: Final = Iri("https://w3id.org/polku/ns#outcomesText")
outsideFramework: Final = Iri("https://w3id.org/polku/ns#outsideFramework")
peerReviewed: Final = Iri("https://w3id.org/polku/ns#peerReviewed")
periodCode: Final = Iri("https://w3id.org/polku/ns#periodCode")
prerequisiteGroup: Final = Iri("https://w3id.org/polku/ns#prerequisiteGroup")
prerequisitesText: Final = Iri("https://w3id.org/polku/ns#prerequisitesText")
published: Final = Iri("https://w3id.org/polku/ns#published")
qualityAssuranceText: Final = Iri("https://w3id.org/polku/ns#qualityAssuranceText")
recordCount: Final = Iri("https://w3id.org/polku/ns#recordCount")
rejectCount: Final = Iri("https://w3id.org/polku/ns#rejectCount")
relation: Final = Iri("https://w3id.org/polku/ns#relation")
requires: Final = Iri("https://w3id.org/polku/ns#requires")
sample: Final = Iri("https://w3id.org/polku/ns#sample")
skill: Final = Iri("https://w3id.org/polku/ns#skill")
stacksInto: Final = Iri("https://w3id.org/polku/ns#stacksInto")
startDate: Final = Iri("https://w3id.org/polku/ns#startDate")
status: Final = Iri("https://w3id.org/polku/ns#status")
strength: Final = Iri("https://w3id.org/polku/ns#strength")
studies: Final = Iri("https://w3id.org/polku/ns#studies")
studyLevel: Final = Iri("https://w3id.org/polku/ns#studyLevel")
substitutes: Final = Iri("https://w3id.org/polku/ns#substitutes")
suggestedCertifies: Final = Iri("https://w3id.org/polku/ns#suggestedCertifies")
suggestedDevelops: Final = Iri("https://w3id.org/polku/ns#suggestedDevelops")
suggestedRequires: Final = Iri("https://w3id.org/polku/ns#suggestedRequires")
suggestedStudies: Final = Iri("https://w3id.org/polku/ns#suggestedStudies")
supervisionText: Final = Iri("https://w3id.org/polku/ns#supervisionText")
taughtIn: Final = Iri("https://w3id.org/polku/ns#taughtIn")
textHash: Final = Iri("https://w3id.org/polku/ns#textHash")
threshold: Final = Iri("https://w3id.org/polku/ns#threshold")
unitKind: Final = Iri("https://w3id.org/polku/ns#unitKind")
university: Final = Iri("https://w3id.org/polku/ns#university")
verdict: Final = Iri("https://w3id.org/polku/ns#verdict")
wayIn: Final = Iri("https://w3id.org/polku/ns#wayIn")
withdrawn: Final = Iri("https://w3id.org/polku/ns#withdrawn")
workType: Final = Iri("https://w3id.org/polku/ns#workType")
workloadText: Final = Iri("https://w3id.org/polku/ns#workloadText")


class adms:
    """Terms of <http://www.w3.org/ns/adms#>."""

    status: Final = Iri("http://www.w3.org/ns/adms#status")


class as_:
    """Terms of <https://www.w3.org/ns/activitystreams#>."""

    Collection: Final = Iri("https://www.w3.org/ns/activitystreams#Collection")
    Create: Final = Iri("https://www.w3.org/ns/activitystreams#Create")
    Delete: Final = Iri("https://www.w3.org/ns/activitystreams#Delete")
    Tombstone: Final = Iri("https://www.w3.org/ns/activitystreams#Tombstone")
    Update: Final = Iri("https://www.w3.org/ns/activitystreams#Update")
    attributedTo: Final = Iri("https://www.w3.org/ns/activitystreams#attributedTo")
    context: Final = Iri("https://www.w3.org/ns/activitystreams#context")
    deleted: Final = Iri("https://www.w3.org/ns/activitystreams#deleted")
    endTime: Final = Iri("https://www.w3.org/ns/activitystreams#endTime")
    formerType: Final = Iri("https://www.w3.org/ns/activitystreams#formerType")
    name: Final = Iri("https://www.w3.org/ns/activitystreams#name")
    object: Final = Iri("https://www.w3.org/ns/activitystreams#object")
    origin: Final = Iri("https://www.w3.org/ns/activitystreams#origin")
    summary: Final = Iri("https://www.w3.org/ns/activitystreams#summary")
    totalItems: Final = Iri("https://www.w3.org/ns/activitystreams#totalItems")


class bibo:
    """Terms of <http://purl.org/ontology/bibo/>."""

    abstract: Final = Iri("http://purl.org/ontology/bibo/abstract")
    doi: Final = Iri("http://purl.org/ontology/bibo/doi")


class dc:
    """Terms of <http://purl.org/dc/elements/1.1/>."""

    creator: Final = Iri("http://purl.org/dc/elements/1.1/creator")
    publisher: Final = Iri("http://purl.org/dc/elements/1.1/publisher")
    subject: Final = Iri("http://purl.org/dc/elements/1.1/subject")


class dcat:
    """Terms of <http://www.w3.org/ns/dcat#>."""

    Catalog: Final = Iri("http://www.w3.org/ns/dcat#Catalog")
    Dataset: Final = Iri("http://www.w3.org/ns/dcat#Dataset")
    Distribution: Final = Iri("http://www.w3.org/ns/dcat#Distribution")
    byteSize: Final = Iri("http://www.w3.org/ns/dcat#byteSize")
    dataset: Final = Iri("http://www.w3.org/ns/dcat#dataset")
    distribution: Final = Iri("http://www.w3.org/ns/dcat#distribution")
    endDate: Final = Iri("http://www.w3.org/ns/dcat#endDate")
    landingPage: Final = Iri("http://www.w3.org/ns/dcat#landingPage")
    startDate: Final = Iri("http://www.w3.org/ns/dcat#startDate")


class dcterms:
    """Terms of <http://purl.org/dc/terms/>."""

    PeriodOfTime: Final = Iri("http://purl.org/dc/terms/PeriodOfTime")
    abstract: Final = Iri("http://purl.org/dc/terms/abstract")
    alternative: Final = Iri("http://purl.org/dc/terms/alternative")
    bibliographicCitation: Final = Iri("http://purl.org/dc/terms/bibliographicCitation")
    conformsTo: Final = Iri("http://purl.org/dc/terms/conformsTo")
    created: Final = Iri("http://purl.org/dc/terms/created")
    creator: Final = Iri("http://purl.org/dc/terms/creator")
    description: Final = Iri("http://purl.org/dc/terms/description")
    hasPart: Final = Iri("http://purl.org/dc/terms/hasPart")
    identifier: Final = Iri("http://purl.org/dc/terms/identifier")
    isPartOf: Final = Iri("http://purl.org/dc/terms/isPartOf")
    isReplacedBy: Final = Iri("http://purl.org/dc/terms/isReplacedBy")
    isVersionOf: Final = Iri("http://purl.org/dc/terms/isVersionOf")
    issued: Final = Iri("http://purl.org/dc/terms/issued")
    language: Final = Iri("http://purl.org/dc/terms/language")
    license: Final = Iri("http://purl.org/dc/terms/license")
    modified: Final = Iri("http://purl.org/dc/terms/modified")
    publisher: Final = Iri("http://purl.org/dc/terms/publisher")
    rights: Final = Iri("http://purl.org/dc/terms/rights")
    source: Final = Iri("http://purl.org/dc/terms/source")
    subject: Final = Iri("http://purl.org/dc/terms/subject")
    temporal: Final = Iri("http://purl.org/dc/terms/temporal")
    title: Final = Iri("http://purl.org/dc/terms/title")
    type: Final = Iri("http://purl.org/dc/terms/type")


class elm:
    """Terms of <http://data.europa.eu/snb/model/elm/>."""

    CreditPoint: Final = Iri("http://data.europa.eu/snb/model/elm/CreditPoint")
    EQFLevel: Final = Iri("http://data.europa.eu/snb/model/elm/EQFLevel")
    ISCEDFCode: Final = Iri("http://data.europa.eu/snb/model/elm/ISCEDFCode")
    LearningAchievementSpecification: Final = Iri("http://data.europa.eu/snb/model/elm/LearningAchievementSpecification")
    LearningOpportunity: Final = Iri("http://data.europa.eu/snb/model/elm/LearningOpportunity")
    LearningOutcome: Final = Iri("http://data.europa.eu/snb/model/elm/LearningOutcome")
    Organisation: Final = Iri("http://data.europa.eu/snb/model/elm/Organisation")
    Qualification: Final = Iri("http://data.europa.eu/snb/model/elm/Qualification")
    accreditation: Final = Iri("http://data.europa.eu/snb/model/elm/accreditation")
    additionalNote: Final = Iri("http://data.europa.eu/snb/model/elm/additionalNote")
    address: Final = Iri("http://data.europa.eu/snb/model/elm/address")
    applicationDeadline: Final = Iri("http://data.europa.eu/snb/model/elm/applicationDeadline")
    assessedBy: Final = Iri("http://data.europa.eu/snb/model/elm/assessedBy")
    awardedBy: Final = Iri("http://data.europa.eu/snb/model/elm/awardedBy")
    awardingBody: Final = Iri("http://data.europa.eu/snb/model/elm/awardingBody")
    awardingOpportunity: Final = Iri("http://data.europa.eu/snb/model/elm/awardingOpportunity")
    countryCode: Final = Iri("http://data.europa.eu/snb/model/elm/countryCode")
    creditPoint: Final = Iri("http://data.europa.eu/snb/model/elm/creditPoint")
    educationLevel: Final = Iri("http://data.europa.eu/snb/model/elm/educationLevel")
    entryRequirement: Final = Iri("http://data.europa.eu/snb/model/elm/entryRequirement")
    framework: Final = Iri("http://data.europa.eu/snb/model/elm/framework")
    hasPart: Final = Iri("http://data.europa.eu/snb/model/elm/hasPart")
    idVerification: Final = Iri("http://data.europa.eu/snb/model/elm/idVerification")
    influencedBy: Final = Iri("http://data.europa.eu/snb/model/elm/influencedBy")
    isPartOf: Final = Iri("http://data.europa.eu/snb/model/elm/isPartOf")
    learningAchievementSpecification: Final = Iri("http://data.europa.eu/snb/model/elm/learningAchievementSpecification")
    learningOutcome: Final = Iri("http://data.europa.eu/snb/model/elm/learningOutcome")
    location: Final = Iri("http://data.europa.eu/snb/model/elm/location")
    mode: Final = Iri("http://data.europa.eu/snb/model/elm/mode")
    noteLiteral: Final = Iri("http://data.europa.eu/snb/model/elm/noteLiteral")
    point: Final = Iri("http://data.europa.eu/snb/model/elm/point")
    provenBy: Final = Iri("http://data.europa.eu/snb/model/elm/provenBy")
    providedBy: Final = Iri("http://data.europa.eu/snb/model/elm/providedBy")
    relatedESCOSkill: Final = Iri("http://data.europa.eu/snb/model/elm/relatedESCOSkill")
    specifiedBy: Final = Iri("http://data.europa.eu/snb/model/elm/specifiedBy")
    volumeOfLearning: Final = Iri("http://data.europa.eu/snb/model/elm/volumeOfLearning")


class esco:
    """Terms of <http://data.europa.eu/esco/model#>."""

    MemberConcept: Final = Iri("http://data.europa.eu/esco/model#MemberConcept")
    Occupation: Final = Iri("http://data.europa.eu/esco/model#Occupation")
    Skill: Final = Iri("http://data.europa.eu/esco/model#Skill")
    isEssentialSkillFor: Final = Iri("http://data.europa.eu/esco/model#isEssentialSkillFor")
    isOptionalSkillFor: Final = Iri("http://data.europa.eu/esco/model#isOptionalSkillFor")
    memberOfISCOGroup: Final = Iri("http://data.europa.eu/esco/model#memberOfISCOGroup")
    regulatedProfessionNote: Final = Iri("http://data.europa.eu/esco/model#regulatedProfessionNote")
    relatedEssentialSkill: Final = Iri("http://data.europa.eu/esco/model#relatedEssentialSkill")
    relatedOptionalSkill: Final = Iri("http://data.europa.eu/esco/model#relatedOptionalSkill")
    skillReuseLevel: Final = Iri("http://data.europa.eu/esco/model#skillReuseLevel")
    skillType: Final = Iri("http://data.europa.eu/esco/model#skillType")


class foaf:
    """Terms of <http://xmlns.com/foaf/0.1/>."""

    homepage: Final = Iri("http://xmlns.com/foaf/0.1/homepage")
    name: Final = Iri("http://xmlns.com/foaf/0.1/name")


class org:
    """Terms of <http://www.w3.org/ns/org#>."""

    hasSubOrganization: Final = Iri("http://www.w3.org/ns/org#hasSubOrganization")
    memberOf: Final = Iri("http://www.w3.org/ns/org#memberOf")
    subOrganizationOf: Final = Iri("http://www.w3.org/ns/org#subOrganizationOf")


class owl:
    """Terms of <http://www.w3.org/2002/07/owl#>."""

    Class: Final = Iri("http://www.w3.org/2002/07/owl#Class")
    DatatypeProperty: Final = Iri("http://www.w3.org/2002/07/owl#DatatypeProperty")
    ObjectProperty: Final = Iri("http://www.w3.org/2002/07/owl#ObjectProperty")
    Ontology: Final = Iri("http://www.w3.org/2002/07/owl#Ontology")
    deprecated: Final = Iri("http://www.w3.org/2002/07/owl#deprecated")
    sameAs: Final = Iri("http://www.w3.org/2002/07/owl#sameAs")
    versionInfo: Final = Iri("http://www.w3.org/2002/07/owl#versionInfo")


class prov:
    """Terms of <http://www.w3.org/ns/prov#>."""

    Activity: Final = Iri("http://www.w3.org/ns/prov#Activity")
    Agent: Final = Iri("http://www.w3.org/ns/prov#Agent")
    Entity: Final = Iri("http://www.w3.org/ns/prov#Entity")
    SoftwareAgent: Final = Iri("http://www.w3.org/ns/prov#SoftwareAgent")
    endedAtTime: Final = Iri("http://www.w3.org/ns/prov#endedAtTime")
    generatedAtTime: Final = Iri("http://www.w3.org/ns/prov#generatedAtTime")
    invalidatedAtTime: Final = Iri("http://www.w3.org/ns/prov#invalidatedAtTime")
    startedAtTime: Final = Iri("http://www.w3.org/ns/prov#startedAtTime")
    used: Final = Iri("http://www.w3.org/ns/prov#used")
    wasAssociatedWith: Final = Iri("http://www.w3.org/ns/prov#wasAssociatedWith")
    wasAttributedTo: Final = Iri("http://www.w3.org/ns/prov#wasAttributedTo")
    wasDerivedFrom: Final = Iri("http://www.w3.org/ns/prov#wasDerivedFrom")
    wasGeneratedBy: Final = Iri("http://www.w3.org/ns/prov#wasGeneratedBy")
    wasRevisionOf: Final = Iri("http://www.w3.org/ns/prov#wasRevisionOf")


class rdf:
    """Terms of <http://www.w3.org/1999/02/22-rdf-syntax-ns#>."""

    Property: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#Property")
    langString: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
    object: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#object")
    predicate: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate")
    subject: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject")
    type: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    value: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#value")


class rdfs:
    """Terms of <http://www.w3.org/2000/01/rdf-schema#>."""

    comment: Final = Iri("http://www.w3.org/2000/01/rdf-schema#comment")
    domain: Final = Iri("http://www.w3.org/2000/01/rdf-schema#domain")
    isDefinedBy: Final = Iri("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")
    label: Final = Iri("http://www.w3.org/2000/01/rdf-schema#label")
    range: Final = Iri("http://www.w3.org/2000/01/rdf-schema#range")
    seeAlso: Final = Iri("http://www.w3.org/2000/01/rdf-schema#seeAlso")
    subClassOf: Final = Iri("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    subPropertyOf: Final = Iri("http://www.w3.org/2000/01/rdf-schema#subPropertyOf")


class schema:
    """Terms of <https://schema.org/>."""

    CourseInstance: Final = Iri("https://schema.org/CourseInstance")
    CreativeWork: Final = Iri("https://schema.org/CreativeWork")
    ItemList: Final = Iri("https://schema.org/ItemList")
    ListItem: Final = Iri("https://schema.org/ListItem")
    Person: Final = Iri("https://schema.org/Person")
    abstract: Final = Iri("https://schema.org/abstract")
    audienceType: Final = Iri("https://schema.org/audienceType")
    coursePrerequisites: Final = Iri("https://schema.org/coursePrerequisites")
    description: Final = Iri("https://schema.org/description")
    domainIncludes: Final = Iri("https://schema.org/domainIncludes")
    endDate: Final = Iri("https://schema.org/endDate")
    hasCourseInstance: Final = Iri("https://schema.org/hasCourseInstance")
    identifier: Final = Iri("https://schema.org/identifier")
    inLanguage: Final = Iri("https://schema.org/inLanguage")
    isAccessibleForFree: Final = Iri("https://schema.org/isAccessibleForFree")
    item: Final = Iri("https://schema.org/item")
    itemListElement: Final = Iri("https://schema.org/itemListElement")
    mentions: Final = Iri("https://schema.org/mentions")
    name: Final = Iri("https://schema.org/name")
    numberOfItems: Final = Iri("https://schema.org/numberOfItems")
    orcid: Final = Iri("https://schema.org/orcid")
    position: Final = Iri("https://schema.org/position")
    rangeIncludes: Final = Iri("https://schema.org/rangeIncludes")
    startDate: Final = Iri("https://schema.org/startDate")
    teaches: Final = Iri("https://schema.org/teaches")
    url: Final = Iri("https://schema.org/url")


class skos:
    """Terms of <http://www.w3.org/2004/02/skos/core#>."""

    Collection: Final = Iri("http://www.w3.org/2004/02/skos/core#Collection")
    Concept: Final = Iri("http://www.w3.org/2004/02/skos/core#Concept")
    ConceptScheme: Final = Iri("http://www.w3.org/2004/02/skos/core#ConceptScheme")
    altLabel: Final = Iri("http://www.w3.org/2004/02/skos/core#altLabel")
    broader: Final = Iri("http://www.w3.org/2004/02/skos/core#broader")
    broaderTransitive: Final = Iri("http://www.w3.org/2004/02/skos/core#broaderTransitive")
    changeNote: Final = Iri("http://www.w3.org/2004/02/skos/core#changeNote")
    closeMatch: Final = Iri("http://www.w3.org/2004/02/skos/core#closeMatch")
    definition: Final = Iri("http://www.w3.org/2004/02/skos/core#definition")
    exactMatch: Final = Iri("http://www.w3.org/2004/02/skos/core#exactMatch")
    example: Final = Iri("http://www.w3.org/2004/02/skos/core#example")
    hasTopConcept: Final = Iri("http://www.w3.org/2004/02/skos/core#hasTopConcept")
    hiddenLabel: Final = Iri("http://www.w3.org/2004/02/skos/core#hiddenLabel")
    inScheme: Final = Iri("http://www.w3.org/2004/02/skos/core#inScheme")
    member: Final = Iri("http://www.w3.org/2004/02/skos/core#member")
    narrower: Final = Iri("http://www.w3.org/2004/02/skos/core#narrower")
    narrowerTransitive: Final = Iri("http://www.w3.org/2004/02/skos/core#narrowerTransitive")
    notation: Final = Iri("http://www.w3.org/2004/02/skos/core#notation")
    prefLabel: Final = Iri("http://www.w3.org/2004/02/skos/core#prefLabel")
    related: Final = Iri("http://www.w3.org/2004/02/skos/core#related")
    scopeNote: Final = Iri("http://www.w3.org/2004/02/skos/core#scopeNote")
    topConceptOf: Final = Iri("http://www.w3.org/2004/02/skos/core#topConceptOf")


class void:
    """Terms of <http://rdfs.org/ns/void#>."""

    Dataset: Final = Iri("http://rdfs.org/ns/void#Dataset")
    sparqlEndpoint: Final = Iri("http://rdfs.org/ns/void#sparqlEndpoint")
    triples: Final = Iri("http://rdfs.org/ns/void#triples")


class xsd:
    """Terms of <http://www.w3.org/2001/XMLSchema#>."""

    anyURI: Final = Iri("http://www.w3.org/2001/XMLSchema#anyURI")
    boolean: Final = Iri("http://www.w3.org/2001/XMLSchema#boolean")
    date: Final = Iri("http://www.w3.org/2001/XMLSchema#date")
    dateTime: Final = Iri("http://www.w3.org/2001/XMLSchema#dateTime")
    decimal: Final = Iri("http://www.w3.org/2001/XMLSchema#decimal")
    duration: Final = Iri("http://www.w3.org/2001/XMLSchema#duration")
    gYear: Final = Iri("http://www.w3.org/2001/XMLSchema#gYear")
    gYearMonth: Final = Iri("http://www.w3.org/2001/XMLSchema#gYearMonth")
    integer: Final = Iri("http://www.w3.org/2001/XMLSchema#integer")
    nonNegativeInteger: Final = Iri("http://www.w3.org/2001/XMLSchema#nonNegativeInteger")
    string: Final = Iri("http://www.w3.org/2001/XMLSchema#string")
