from beffroi.kernel import modules


class SampleConfig(modules.ModuleConfig):
    name = "tests.sample"
    label = "sample"
    verbose_name = "exemple"
