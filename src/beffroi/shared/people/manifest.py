from beffroi.kernel.modules import Module

module = Module(label="Habitants", icon="users", needs=("organisations",))
