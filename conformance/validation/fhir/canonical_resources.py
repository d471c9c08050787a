from typing import Any

def check_questionnaire(run: Any, value: Any, at: Any) -> None:
    return

def check_search_parameter(run: Any, value: Any, at: Any) -> None:
    return
