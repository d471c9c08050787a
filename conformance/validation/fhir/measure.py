from typing import Any

def check_measure(run: Any, value: Any, at: Any) -> None:
    return
