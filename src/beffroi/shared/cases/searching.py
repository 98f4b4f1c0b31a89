"""How the cases of a kind are found by the search box."""

from beffroi.kernel.modules import SearchSource
from beffroi.kernel.search import Document
from beffroi.shared.cases.models import Case


def source_for(model: type[Case], *, icon: str, order: int = 60) -> SearchSource:
    """Found by reference, object, personal texts and commune: by its author and by those who hold its permission."""

    def document(case: Case) -> Document | None:
        texts = [case.reference, str(case.commune or ""), *(getattr(case, name) for name in case.personal_fields)]
        return Document(
            title=f"{case.title} ({case.reference})",
            text="\n".join(text for text in texts if text),
            url=case.get_absolute_url(),
            permission=case.view_permission,
            organisation_id=case.organisation_id,
            owner_id=None,
            weight=0.6,
            date=case.created_at.date(),
        )

    return SearchSource(
        model=model._meta.label,
        label=str(model._meta.verbose_name_plural).capitalize(),
        queryset=lambda: model._base_manager.select_related("commune"),
        document=document,
        icon=icon,
        order=order,
    )
