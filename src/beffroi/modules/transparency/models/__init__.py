from beffroi.modules.transparency.models.budget import Budget, BudgetLine, Chart
from beffroi.modules.transparency.models.grant import Grant
from beffroi.modules.transparency.models.listing import DatasetSheet

__all__ = ["Budget", "BudgetLine", "Chart", "DatasetSheet", "Grant"]
