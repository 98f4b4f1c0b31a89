from beffroi.config import runtime

DESCRIPTION = "Montre les parties installées, dans l’ordre des réglages, et ce dont chacune a besoin."


def configure(parser):
    parser.add_argument(
        "--reactions", action="store_true", help="montrer ce qu’un fait d’une partie déclenche dans les autres"
    )


def run(options):
    runtime.setup_django()
    from beffroi.kernel import modules

    for config, module in modules.installed():
        if options.reactions:
            for reaction in module.reactions:
                print(f"{reaction.verb} → {config.label} : {reaction.label or reaction.run.__name__}")
            continue
        needs = f" (a besoin de : {', '.join(module.needs)})" if module.needs else ""
        print(f"{config.label:<16} {module.label}{needs}")
    return runtime.OK
