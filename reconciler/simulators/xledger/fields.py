"""The fields of a GL import line, by how their values are written (research 1.4); everything is optional there."""

from collections.abc import Mapping

TEXTS = (
    "invoiceNumber",
    "text",
    "extIdentifier",
    "extOrderNumber",
    "yourReference",
    "invoiceFile",
    "bankAccount",
    "payTerms",
    "payCode",
    "payDocCode",
    "payDocText",
    "paymentReference",
    "collectCode",
    "unit",
    "unitNumber",
)
DATES = ("postedDate", "invoiceDate", "dueDate", "discountDate")
WHOLE_NUMBERS = ("trItemNumber", "archive", "positionNumber", "periodStart", "numberPeriod")
AMOUNTS = (
    "amount",
    "invoiceAmount",
    "regAmount",
    "taxAmount",
    "taxAmount2",
    "amount3",
    "amount4",
    "amount5",
    "discountAmount",
)
DECIMALS = ("quantity",)
FLOATS = ("quantity2", "quantity3", "exchangeRate", "discount", "unitQuantity")
FLAGS = ("workflow",)

# field -> kind of reference data. A kind without data answers every code with "No value matching owner".
REFERENCES: Mapping[str, str] = {
    "account": "account",
    "glObject1": "glObject1",
    "glObject2": "glObject2",
    "glObject3": "glObject3",
    "glObject4": "glObject4",
    "glObject5": "glObject5",
    "project": "project",
    "subledger": "subledger",
    "taxRule": "taxRule",
    "currency": "currency",
    "transactionSource": "transactionSource",
    "jobLevel": "jobLevel",
    "owner": "entity",
    "discountTaxRule": "taxRule",
    "company": "company",
    "importDefinition": "importDefinition",
    "xgl": "xgl",
    "product": "product",
    "objectDef": "objectDef",
    "objectValueDef": "objectValueDef",
    "slTransactionType": "slTransactionType",
    "transactionReg": "transactionReg",
    "ourRef": "ourRef",
    "invoiceFileInput": "invoiceFileInput",
    "bankAccountRef": "bankAccountRef",
    "payMethod": "payMethod",
    "paymentStatus": "paymentStatus",
}
# What a posted line keeps of the staged one.
POSTED_TEXTS = ("text", "extIdentifier", "invoiceNumber")
POSTED_REFERENCES = (
    "account",
    "glObject1",
    "glObject2",
    "glObject3",
    "glObject4",
    "glObject5",
    "project",
    "subledger",
    "taxRule",
    "currency",
)
