"""Every type of request that Amazon documents for custom skills, with the fields it has of its own, and what
an answer to it may hold.

After the reference of request types and interfaces of the Alexa Skills Kit and the request classes of
ask-sdk-model 1.82.0 (https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-types-reference.html).
It is told here by itself and not taken from the skill, which is held to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any


class May(Enum):
    """What a response may hold: anything; anything but a dialogue's directives, which belong to intents; only
    what the skill could do; or nothing at all."""

    ANYTHING = "anything"
    TALK = "talk"
    CAN_FULFILL = "can fulfill"
    NOTHING = "nothing"


def may(type_: object) -> May:
    """What a request of this type may be answered with: nothing, where nobody knows the type. What is no type
    comes from nobody we know, who is told so."""
    return ALLOWED.get(type_, May.NOTHING) if isinstance(type_, str) and type_ else May.TALK


_STATUS = {"code": "200", "message": "OK"}
_LIST = {"listId": "shopping", "listItemIds": ["item-1"]}
_REMINDER = {"alertToken": "b2c1", "status": "ON"}
_SONG = {"token": "song", "offsetInMilliseconds": 0}
_SUBSCRIBED = {"subscriptions": [{"eventName": "AMAZON.OrderStatus.Updated"}]}
_SCOPES = {"acceptedPermissions": [{"scope": "alexa::profile:email:read"}]}
_PACKAGE = {"packageId": "widget", "packageVersion": "1"}
_INTENT = {"name": "ReviewCart", "confirmationStatus": "NONE", "slots": {}}
_DROPPED = {"type": "INVALID_RESPONSE", "message": "The response is not valid"}

# Requests with somebody at the other end who waits for an answer.
SPOKEN: Mapping[str, Mapping[str, Any]] = {
    "LaunchRequest": {},
    "IntentRequest": {"intent": _INTENT, "dialogState": "COMPLETED"},
    "SessionResumedRequest": {"cause": {"type": "ConnectionCompleted", "token": "t", "status": _STATUS}},
    "Connections.Response": {
        "name": "AskFor",
        "status": _STATUS,
        "token": "t",
        "payload": {"permissionScope": "alexa::profile:email:read", "status": "DENIED"},
    },
    "Connections.Request": {"name": "Print", "payload": {"title": "List"}},
    "Dialog.InputRequest": {"input": {"name": "ReviewCart", "slots": {}}},
    "Display.ElementSelected": {"token": "one"},
    "Alexa.Presentation.APL.UserEvent": {
        "token": "sayso",
        "arguments": ["touch", "more", ""],
        "source": {"type": "TouchWrapper", "handler": "Press", "id": "more"},
        "components": {},
    },
}
# Events and reports: nobody waits, and most may not be answered with more than an empty response.
SILENT: Mapping[str, Mapping[str, Any]] = {
    "SessionEndedRequest": {"reason": "ERROR", "error": _DROPPED},
    "System.ExceptionEncountered": {"error": _DROPPED, "cause": {"requestId": "r-1"}},
    "Alexa.Advertisement.AdCompleted": {"token": "ad"},
    "Alexa.Advertisement.AdNotRendered": {"reason": {"type": "INVALID_RESPONSE", "message": "x"}},
    "Alexa.Advertisement.ReadyToEnqueueAudio": {"token": "ad"},
    "Alexa.Authorization.Grant": {"body": {"grant": {"type": "OAuth2.AuthorizationCode", "code": "c"}}},
    "Alexa.DataStore.Error": {"error": {"type": "STORAGE_LIMIT_EXCEEDED", "content": {}}},
    "Alexa.DataStore.PackageManager.InstallationError": {**_PACKAGE, "error": {"type": "INTERNAL_ERROR"}},
    "Alexa.DataStore.PackageManager.UpdateRequest": {"fromVersion": "1", "toVersion": "2", **_PACKAGE},
    "Alexa.DataStore.PackageManager.UsagesInstalled": {"payload": {**_PACKAGE, "usages": []}},
    "Alexa.DataStore.PackageManager.UsagesRemoved": {"payload": {**_PACKAGE, "usages": []}},
    "Alexa.Presentation.APL.LoadIndexListData": {"listId": "l", "startIndex": 0, "count": 10, "token": "t"},
    "Alexa.Presentation.APL.LoadTokenListData": {"listId": "l", "pageToken": "p", "token": "t"},
    "Alexa.Presentation.APL.RuntimeError": {"token": "t", "errors": [{"type": "LIST_ERROR", "message": "m"}]},
    "Alexa.Presentation.APLA.RuntimeError": {
        "token": "t",
        "errors": [{"type": "RENDER_ERROR", "message": "m"}],
    },
    "Alexa.Presentation.APLT.RuntimeError": {
        "token": "t",
        "errors": [{"type": "RENDER_ERROR", "message": "m"}],
    },
    "Alexa.Presentation.APLT.UserEvent": {"token": "t", "arguments": ["touch", "more", ""], "source": {}},
    "Alexa.Presentation.HTML.Message": {"message": {"any": "thing"}},
    "Alexa.Presentation.HTML.RuntimeError": {"error": {"type": "NETWORK_ERROR", "message": "m"}},
    "AlexaHouseholdListEvent.ItemsCreated": {"body": _LIST},
    "AlexaHouseholdListEvent.ItemsDeleted": {"body": _LIST},
    "AlexaHouseholdListEvent.ItemsUpdated": {"body": _LIST},
    "AlexaHouseholdListEvent.ListCreated": {"body": _LIST},
    "AlexaHouseholdListEvent.ListDeleted": {"body": _LIST},
    "AlexaHouseholdListEvent.ListUpdated": {"body": _LIST},
    "AlexaSkillEvent.NotificationSubscriptionChanged": {"body": {"subscriptions": [{"topicId": "t"}]}},
    "AlexaSkillEvent.ProactiveSubscriptionChanged": {"body": _SUBSCRIBED},
    "AlexaSkillEvent.SkillAccountLinked": {"body": {"accessToken": "token"}},
    "AlexaSkillEvent.SkillAccountUnlinked": {},
    "AlexaSkillEvent.SkillDisabled": {"body": {"userInformationPersistenceStatus": "NOT_PERSISTED"}},
    "AlexaSkillEvent.SkillEnabled": {},
    "AlexaSkillEvent.SkillPermissionAccepted": {"body": _SCOPES},
    "AlexaSkillEvent.SkillPermissionChanged": {"body": _SCOPES},
    "AudioPlayer.PlaybackFailed": {"token": "song", "error": {"type": "MEDIA_ERROR_UNKNOWN", "message": "m"}},
    "AudioPlayer.PlaybackFinished": _SONG,
    "AudioPlayer.PlaybackNearlyFinished": _SONG,
    "AudioPlayer.PlaybackStarted": _SONG,
    "AudioPlayer.PlaybackStopped": _SONG,
    "CustomInterfaceController.EventsReceived": {"token": "t", "events": []},
    "CustomInterfaceController.Expired": {"token": "t", "expirationPayload": {}},
    # Of a conversation Alexa leads itself: what is said then comes from its own model.
    "Dialog.API.Invoked": {"apiRequest": {"name": "findProduct", "arguments": {}, "slots": {}}},
    "GadgetController.Event": {},
    "GameEngine.InputHandlerEvent": {"originatingRequestId": "r", "events": []},
    "Messaging.MessageReceived": {"message": {"order": "12345"}},
    "PlaybackController.NextCommandIssued": {},
    "PlaybackController.PauseCommandIssued": {},
    "PlaybackController.PlayCommandIssued": {},
    "PlaybackController.PreviousCommandIssued": {},
    "Reminders.ReminderCreated": {"body": _REMINDER},
    "Reminders.ReminderDeleted": {"body": {"alertTokens": ["b2c1"]}},
    "Reminders.ReminderStarted": {"body": _REMINDER},
    "Reminders.ReminderStatusChanged": {"body": _REMINDER},
    "Reminders.ReminderUpdated": {"body": _REMINDER},
    # Never documented, sent for a while in 2016 and 2017.
    "SessionStartedRequest": {},
    # Of tomorrow.
    "Alexa.Hologram.Waved": {"payload": {}},
    "Whatever": {},
}
FULFILLABLE: Mapping[str, Mapping[str, Any]] = {"CanFulfillIntentRequest": {"intent": _INTENT}}
TYPES: Mapping[str, Mapping[str, Any]] = {**SPOKEN, **SILENT, **FULFILLABLE}
ALLOWED: Mapping[str, May] = {
    **dict.fromkeys(SPOKEN, May.TALK),
    "IntentRequest": May.ANYTHING,
    **dict.fromkeys(SILENT, May.NOTHING),
    **dict.fromkeys(FULFILLABLE, May.CAN_FULFILL),
}
