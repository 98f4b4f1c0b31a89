from beffroi.kernel.modules import Module

module = Module(label="Demandes", icon="inbox", needs=("organisations", "people", "files"))
