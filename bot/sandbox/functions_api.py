"""functions.* and apps.connections.open: workflow steps that end, and WebSockets that may begin."""

import secrets

from bot.sandbox.api_call import ApiCall, Methods
from bot.sandbox.model import Json, SlackError

METHODS = Methods()


def _complete(call: ApiCall, result: Json) -> Json:
    workspace = call.workspace
    execution_id = call.need("function_execution_id", "function_execution_not_found")
    execution = workspace.executions.get(execution_id)
    if execution is None:
        raise SlackError("function_execution_not_found")
    if execution["state"] != "running":
        raise SlackError("execution_not_in_running_state")
    execution |= result
    workspace.tokens.workflow[execution["token"]] = False
    workspace.ledger.accepted("function", call.record, payload=call.args)
    workspace.stream.tell("function", {"execution_id": execution_id, **result})
    return {}


@METHODS.add("functions.completeSuccess")
def complete_success(call: ApiCall) -> Json:
    outputs = call.args.get("outputs")
    if not isinstance(outputs, dict):
        raise SlackError("parameter_validation_failed")
    return _complete(call, {"state": "completed", "outputs": outputs})


@METHODS.add("functions.completeError")
def complete_error(call: ApiCall) -> Json:
    return _complete(call, {"state": "failed", "error": call.need("error")})


@METHODS.add("apps.connections.open", tokens=("app",))
def connections_open(call: ApiCall) -> Json:
    workspace = call.workspace
    ticket = secrets.token_hex(16)
    workspace.tickets[ticket] = workspace.monotonic()
    root = workspace.root_url.replace("http://", "ws://", 1)
    return {"url": f"{root}/link?ticket={ticket}&app_id={workspace.app_id}"}


@METHODS.add("api.test", tokens=("bot", "app", "workflow", "none"))
def api_test(call: ApiCall) -> Json:
    return {"args": {name: value for name, value in call.args.items() if name != "token"}}
