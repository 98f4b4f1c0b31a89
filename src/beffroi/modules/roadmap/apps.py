from beffroi.kernel import modules


class RoadmapConfig(modules.ModuleConfig):
    name = "beffroi.modules.roadmap"
    label = "roadmap"
    verbose_name = "feuille de route"
