"""The kill matrix: the reference node with one promise broken at a time, and which judgements notice.

`faithful` plays the node as it should be, over sockets. `indoors` plays a faulty one: what is said over HTTP in this
process, the door itself as the faithful node's was or, where the fault may show there, over sockets too. `comparing`
takes from the faithful recording what a fault did not change.
"""
