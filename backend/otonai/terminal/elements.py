"""Official element names (oqs-interface 3-10, medical-info 2.4-2.7), so that others can be told apart and reported."""

from __future__ import annotations

RECORD = "ResultOfQualificationConfirmation"
UNIT = "BulkConfirmUnit"
REGISTRATION_UNIT = "BulkRegistrationUnit"
REGISTRATION = "ReferenceNumberRegistrationInfo"
ECHO = "QualificationConfirmSearchInfo"
HEADER = "MessageHeader"
BODY = "MessageBody"

_ENVELOPE = """
XmlMsg Message MessageHeader MessageBody ProcessExecutionTime QualificationConfirmationDate MedicalInstitutionCode
ArbitraryFileIdentifier ReferenceClassification SegmentOfResult ErrorCode ErrorMessage ReceptionNumber
ReceptionDateTime NumberOfProcessingResult NumberOfNormalProcessing NumberOfError CharacterCodeIdentifier
ResultCode MessageContents
"""
_ELIGIBILITY = """
QualificationConfirmSearchInfo ResultList ResultOfQualificationConfirmation BulkConfirmUnit BulkRegistrationUnit
ReferenceNumberRegistrationInfo ProcessingResultStatus ProcessingResultCode ProcessingResultMessage
QualificationValidity PrescriptionIssueSelect ArbitraryIdentifier ReferenceNumber QualificationConfirmationKey
InsuredCardClassification InsurerNumber InsuredCardSymbol InsuredIdentificationNumber InsuredBranchNumber
PersonalFamilyClassification InsuredName Name NameOfOther NameKana NameOfOtherKana Sex1 Sex2 Birthdate Address
PostNumber QualificationDate DisqualificationDate InsuredCertificateIssuanceDate InsuredCardValidDate
InsuredCardExpirationDate InsuredPartialContributionRatio PreschoolClassification ReasonOfLoss InsurerName
ElderlyRecipientCertificateInfo ElderlyRecipientCertificateDate ElderlyRecipientValidStartDate
ElderlyRecipientValidEndDate ElderlyRecipientContributionRatio
LimitApplicationCertificateRelatedConsFlg LimitApplicationCertificateRelatedConsTime
LimitApplicationCertificateRelatedInfo LimitApplicationCertificateClassification
LimitApplicationCertificateClassificationFlag LimitApplicationCertificateDate
LimitApplicationCertificateValidStartDate LimitApplicationCertificateValidEndDate
LimitApplicationCertificateLongTermDate LimitApplicationCertificateChanged
SpecificDiseasesCertificateRelatedConsFlg SpecificDiseasesCertificateRelatedConsTime
SpecificDiseasesCertificateList SpecificDiseasesCertificateInfo SpecificDiseasesDiseaseCategory
SpecificDiseasesCertificateDate SpecificDiseasesValidStartDate SpecificDiseasesValidEndDate SpecificDiseasesSelfPay
SpecificHealthCheckupsInfoConsFlg SpecificHealthCheckupsInfoConsTime SpecificHealthCheckupsInfoAvailableTime
PharmacistsInfoConsFlg PharmacistsInfoConsTime PharmacistsInfoAvailableTime
DiagnosisInfoConsFlg DiagnosisInfoConsTime DiagnosisInfoAvailableTime
OperationInfoConsFlg OperationInfoConsTime OperationInfoAvailableTime
ConsentDateFrom ConsentDateTo ExaminationDateFrom ExaminationDateTo MedicalTreatmentMonth MedicalTreatmentFlag
"""
#: Ours, for messages whose element names are not public (`unpublished_request.py`).
_CONVENTIONS = "ConsentInfoType UrlAcquisitionClassification TwoDimensionalCodeFormat UrlChangeFlag"
_MEDICAL_ASSISTANCE = """
PublicExpenseResultList MedicalTicketInfo TicketType MedicalTicketValidDate MedicalTicketExpirationDate IssueNumber
DesignatedMedicalInstitutionCode DesignatedMedicalInstitutionFlag DesignatedMedicalInstitutionName
PrescriptionIssuerMedicalInstitutionCode PrescriptionIssuerMedicalInstitutionName InjuryName1 InjuryName2 InjuryName3
MedicalTreatmentType SelfPayAmount DistrictContactName HandlingContactName SingleOrCombinedUse
StatusOfSocialInsurance ConsistencyFlag StatusOfInfecton StatusOfElderlyMedicalCare StatusOfPrefecturalExpenses
Remarks1 Remarks2 Remarks3
"""
_MEDICAL = """
InsuranceCardSymbol InsuredPersonIdentificationNumber BranchNumber StartDate EndDate FileCategory
PrDiInfClassification QuaInf KanaName Birth AdmGendCode QualificationsInfo KanasName Birthday
AdministrativeGenderCode
MeTrMonthInf MeTrMonth DiOrg MeTrDiHCd MeTrDiHNm PrlsHCd PrlsHNm PrIsOrg InOut DiDateInfs DiDateInf DiDate PrDate
DrugInfs DrugInf MeTrInfs MeTrInf SinInfCd SinInfN
CzDiInf CzDiMonthInf CzDiMonth CzDiOrg CzMeTrDiHCd CzMeTrDiHNm CzPrlsHCd CzPrlsHNm CzPrIsOrg CzPrCl CzDiDateInfs
CzDiDateInf CzDiDate CzPrDate CzDrugInfs CzDrugInf
ShPrInf ShPrMonthInf ShPrMonth ShPrOrg ShMeTrDiHCd ShMeTrDiHNm ShPrHCd ShPrHNm ShPrIsOrg ShPrCl ShPrDateInfs
ShPrDateInf ShPrDate ShDrugInfs ShDrugInf
SpecificHealthCheckupInfo EffectiveTime HealthCheckupResultAndQuestionInfos HealthCheckupResultAndQuestionInfo
ItemCode ItemName DataType DataValue DataValueName Oid
"""
_DRUG_ROW = ("DrugC", "DrugN", "IngreN", "Qua1", "Unit", "UsageN", "SpInst", "Times", "MeTrIdCl", "UsageCl")

KNOWN = frozenset(
    [
        *_ENVELOPE.split(),
        *_ELIGIBILITY.split(),
        *_MEDICAL_ASSISTANCE.split(),
        *_MEDICAL.split(),
        *_CONVENTIONS.split(),
        *(prefix + name for prefix in ("", "Cz", "Sh") for name in _DRUG_ROW),
    ]
)
