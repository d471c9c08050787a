"""An image gateway: DICOMweb search and retrieve (PS3.18 sections 10.6 and 10.4) over a set of studies."""

from conformance.simulators.dicomweb.gateway import dicomweb_handler

__all__ = ["dicomweb_handler"]
