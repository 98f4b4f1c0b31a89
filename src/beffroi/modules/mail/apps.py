from beffroi.kernel import modules


class MailConfig(modules.ModuleConfig):
    name = "beffroi.modules.mail"
    label = "mail"
    verbose_name = "courrier"
