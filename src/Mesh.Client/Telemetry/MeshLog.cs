using Microsoft.Extensions.Logging;

namespace Mesh.Client.Telemetry;

/// <summary>Every line that the mesh logs: a change of state each; nothing per call, but for debugging.</summary>
internal static partial class MeshLog
{
    [LoggerMessage(1, LogLevel.Information, "Settings {Version} are in force: {Services} services are declared.", EventName = "SettingsApplied")]
    public static partial void SettingsApplied(this ILogger logger, string version, int services);

    [LoggerMessage(2, LogLevel.Error, "Changed settings were refused; {Version} stay in force. {Reason}", EventName = "SettingsRefused")]
    public static partial void SettingsRefused(this ILogger logger, string version, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Unknown setting {Path}: {Problem}", EventName = "UnknownSetting")]
    public static partial void UnknownSetting(this ILogger logger, string path, string problem);

    [LoggerMessage(4, LogLevel.Warning, "Service discovery failed for '{Service}'; {State}.", EventName = "ServiceDiscoveryFailed")]
    public static partial void ServiceDiscoveryFailed(this ILogger logger, string service, string state, Exception failure);

    [LoggerMessage(5, LogLevel.Information, "'{Service}' has {Count} endpoints, from {Source}: {Added} came, {Removed} left.", EventName = "EndpointsChanged")]
    public static partial void EndpointsChanged(this ILogger logger, string service, int count, string source, int added, int removed);

    [LoggerMessage(6, LogLevel.Warning, "{Endpoint} of '{Service}' is ejected for {Duration} after {Failures} failures in a row, the last: {Reason}.", EventName = "EndpointEjected")]
    public static partial void EndpointEjected(this ILogger logger, string endpoint, string service, TimeSpan duration, int failures, string reason);

    [LoggerMessage(7, LogLevel.Information, "{Endpoint} of '{Service}' answered its probe and is back.", EventName = "EndpointReturned")]
    public static partial void EndpointReturned(this ILogger logger, string endpoint, string service);

    [LoggerMessage(8, LogLevel.Warning, "'{Service}' is in panic: {Ready} of {Count} endpoints are ready, so all get calls.", EventName = "PanicEntered")]
    public static partial void PanicEntered(this ILogger logger, string service, int ready, int count);

    [LoggerMessage(9, LogLevel.Information, "'{Service}' is out of panic.", EventName = "PanicLeft")]
    public static partial void PanicLeft(this ILogger logger, string service);

    [LoggerMessage(10, LogLevel.Information, "Client '{Client}' keeps its own primary handler {Handler}: its calls do not go through the mesh.", EventName = "ClientNotMeshed")]
    public static partial void ClientNotMeshed(this ILogger logger, string client, string handler);

    [LoggerMessage(11, LogLevel.Warning, "Client '{Client}' has a standard resilience handler on top of the mesh, so retries multiply. Remove one: RemoveAllResilienceHandlers() or RemoveServiceMesh().", EventName = "ResilienceStacked")]
    public static partial void ResilienceStacked(this ILogger logger, string client);

    [LoggerMessage(12, LogLevel.Information, "The mesh is switched off: services are resolved, rules are not applied.", EventName = "MeshDisabled")]
    public static partial void MeshDisabled(this ILogger logger);

    [LoggerMessage(13, LogLevel.Information, "The mesh is switched on.", EventName = "MeshEnabled")]
    public static partial void MeshEnabled(this ILogger logger);

    [LoggerMessage(14, LogLevel.Warning, "Service discovery has endpoints of '{Service}' that cannot be dialled and are left out: {Endpoints}. An endpoint is an address and a port, or an http or https URI without a path.", EventName = "EndpointsUnusable")]
    public static partial void EndpointsUnusable(this ILogger logger, string service, string endpoints);

    [LoggerMessage(15, LogLevel.Error, "A part of the mesh failed to take settings {Version} over, which are in force elsewhere.", EventName = "SettingsNotTaken")]
    public static partial void SettingsNotTaken(this ILogger logger, string version, Exception failure);

    [LoggerMessage(16, LogLevel.Warning, "No request reaches {Routes} of '{Service}': '{Earlier}' comes first and takes every request. Put it last, or give it a Match.", EventName = "RoutesUnreachable")]
    public static partial void RoutesUnreachable(this ILogger logger, string routes, string service, string earlier);

    [LoggerMessage(17, LogLevel.Warning, "The DNS look-up of '{Name}' failed; {State}. {Reason}", EventName = "DnsLookupFailed")]
    public static partial void DnsLookupFailed(this ILogger logger, string name, string state, string reason);

    [LoggerMessage(18, LogLevel.Debug, "A copy by route '{Route}' for '{Service}' came to nothing: {Reason}.", EventName = "MirrorFailed")]
    public static partial void MirrorFailed(this ILogger logger, string route, string service, string reason, Exception? failure = null);

    [LoggerMessage(19, LogLevel.Warning, "{Endpoint} of '{Service}' is unhealthy: {Reason}.", EventName = "EndpointUnhealthy")]
    public static partial void EndpointUnhealthy(this ILogger logger, string endpoint, string service, string reason);

    [LoggerMessage(20, LogLevel.Information, "{Endpoint} of '{Service}' is healthy again.", EventName = "EndpointHealthy")]
    public static partial void EndpointHealthy(this ILogger logger, string endpoint, string service);

    [LoggerMessage(21, LogLevel.Error, "Changed certificates were refused; those in force stay. {Setting}: {Reason}", EventName = "CertificatesRefused")]
    public static partial void CertificatesRefused(this ILogger logger, string setting, string reason);

    [LoggerMessage(22, LogLevel.Information, "Changed certificates are in force: {Files}. Connections made before end with their calls.", EventName = "CertificatesChanged")]
    public static partial void CertificatesChanged(this ILogger logger, string files);

    [LoggerMessage(23, LogLevel.Error, "What the health check of {Endpoint} of '{Service}' found could not be entered.", EventName = "HealthCheckFailed")]
    public static partial void HealthCheckFailed(this ILogger logger, string endpoint, string service, Exception failure);

    [LoggerMessage(24, LogLevel.Error, "A part of the mesh failed to take changed certificates over.", EventName = "CertificatesNotTaken")]
    public static partial void CertificatesNotTaken(this ILogger logger, Exception failure);

    [LoggerMessage(30, LogLevel.Information, "Connected to the config server at {Address}; the mesh is at {State}.", EventName = "ConfigServerConnected")]
    public static partial void ConfigServerConnected(this ILogger logger, string address, string state);

    [LoggerMessage(31, LogLevel.Warning, "Nothing comes from the config server at {Address}. {Consequence} {Reason}", EventName = "ConfigServerLost")]
    public static partial void ConfigServerLost(this ILogger logger, string address, string reason, string consequence);

    [LoggerMessage(32, LogLevel.Warning, "The config server at {Address} is behind and was left: its rules are older than those in force. {Reason}", EventName = "ConfigServerBehind")]
    public static partial void ConfigServerBehind(this ILogger logger, string address, string reason);

    [LoggerMessage(33, LogLevel.Error, "{Type} '{Name}' of the config server is not used. {Consequence} {Reason}", EventName = "ResourceRefused")]
    public static partial void ResourceRefused(this ILogger logger, string type, string name, string reason, string consequence);

    [LoggerMessage(34, LogLevel.Information, "{Count} resources of the config server were read from {File}, where the mesh is at {State}.", EventName = "CacheRead")]
    public static partial void CacheRead(this ILogger logger, int count, string file, string state);

    [LoggerMessage(35, LogLevel.Warning, "The cache of the config server's rules in {File} is not used. {Reason}", EventName = "CacheNotUsed")]
    public static partial void CacheNotUsed(this ILogger logger, string file, string reason);

    [LoggerMessage(36, LogLevel.Warning, "The settings win over the config server, by Override, for: {Services}.", EventName = "OverridesConfigServer")]
    public static partial void OverridesConfigServer(this ILogger logger, string services);

    [LoggerMessage(37, LogLevel.Warning, "Rules come over the network in plain text, from {Addresses}: whoever is between can change where calls go. TLS to the config server is not supported yet.", EventName = "ConfigServerInPlainText")]
    public static partial void ConfigServerInPlainText(this ILogger logger, string addresses);

    [LoggerMessage(38, LogLevel.Warning, "The {Authority} has not answered for '{Service}'; {Consequence}.", EventName = "ConfigServerSilent")]
    public static partial void ConfigServerSilent(this ILogger logger, string authority, string service, string consequence);

    [LoggerMessage(39, LogLevel.Warning, "The config server is asked for {Count} services, and for no more: those that are called besides wait until another is let go, and what no other source knows of them fails.", EventName = "TooManyServices")]
    public static partial void TooManyServices(this ILogger logger, int count);

    [LoggerMessage(40, LogLevel.Error, "A part of the mesh failed to take over what the config server says of '{Service}'; it is tried again with the next change.", EventName = "AnswerNotTaken")]
    public static partial void AnswerNotTaken(this ILogger logger, string service, Exception failure);

    [LoggerMessage(41, LogLevel.Warning, "The config server at {Address} speaks of another mesh than the one before: of '{Mesh}' at {State}, and not of '{Former}' at {FormerState}. What is known stays in force until this one has answered for it.", EventName = "MeshChanged")]
    public static partial void MeshChanged(this ILogger logger, string address, string mesh, string state, string former, string formerState);

    [LoggerMessage(42, LogLevel.Warning, "Rules come over the network in plain text, from {Addresses}: whoever is between can change where calls go. Give the server tls in channel_creds of the bootstrap.", EventName = "XdsServerInPlainText")]
    public static partial void XdsServerInPlainText(this ILogger logger, string addresses);

    [LoggerMessage(43, LogLevel.Information, "Registered as '{Service}' at {Addresses}, with the config server at {Server}.", EventName = "Registered")]
    public static partial void Registered(this ILogger logger, string service, string addresses, string server);

    [LoggerMessage(44, LogLevel.Error, "The config server at {Server} refuses the registration of '{Service}', so that nobody is told of this process. {Reason}", EventName = "RegistrationRefused")]
    public static partial void RegistrationRefused(this ILogger logger, string server, string service, string reason);

    [LoggerMessage(45, LogLevel.Warning, "The config server at {Server} does not let '{Service}' register, so that nobody is told of this process. {Reason}", EventName = "RegistrationDenied")]
    public static partial void RegistrationDenied(this ILogger logger, string server, string service, string reason);

    [LoggerMessage(46, LogLevel.Warning, "'{Service}' is not registered with the config server at {Server}. {Consequence} {Reason}", EventName = "RegistrationLost")]
    public static partial void RegistrationLost(this ILogger logger, string service, string server, string consequence, string reason);

    [LoggerMessage(47, LogLevel.Warning, "Another stream has the registration of this process, '{Instance}', at the config server at {Server}. {Reason}", EventName = "RegistrationTaken")]
    public static partial void RegistrationTaken(this ILogger logger, string instance, string server, string reason);

    [LoggerMessage(48, LogLevel.Warning, "Nothing is registered: the web server listens where no other process reaches it. Say where one does, in Mesh:Inbound:Addresses.", EventName = "NothingToRegister")]
    public static partial void NothingToRegister(this ILogger logger);

    [LoggerMessage(49, LogLevel.Information, "The host stops: '{Service}' drains, and calls have {DrainTimeout} to end.", EventName = "Draining")]
    public static partial void Draining(this ILogger logger, string service, TimeSpan drainTimeout);

    [LoggerMessage(50, LogLevel.Information, "Withdrawn from the config server at {Server}: {Clients} clients were told, of which {Behind} have not confirmed it.", EventName = "Withdrawn")]
    public static partial void Withdrawn(this ILogger logger, string server, uint clients, uint behind);

    [LoggerMessage(51, LogLevel.Warning, "The config server at {Server} has not confirmed the withdrawal. Clients may call this process until they notice that it is gone.", EventName = "WithdrawalUnconfirmed")]
    public static partial void WithdrawalUnconfirmed(this ILogger logger, string server);

    [LoggerMessage(52, LogLevel.Warning, "Calls that had not ended {DrainTimeout} after the host was told to stop, by Mesh:Inbound:DrainTimeout, were cut.", EventName = "CallsCut")]
    public static partial void CallsCut(this ILogger logger, TimeSpan drainTimeout);

    [LoggerMessage(53, LogLevel.Error, "What follows the config server met a fault of its own, and begins anew before long. What is known stays in force.", EventName = "ConfigServerFailed")]
    public static partial void ConfigServerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(54, LogLevel.Error, "What the config server has said could not be kept for the next start, by a fault of the mesh's own. It is tried again with the next change.", EventName = "CacheFailed")]
    public static partial void CacheFailed(this ILogger logger, Exception exception);

    [LoggerMessage(55, LogLevel.Information, "{Endpoint} of '{Service}' says that it is about to stop: others are called, for 10 s at most.", EventName = "EndpointLeaving")]
    public static partial void EndpointLeaving(this ILogger logger, string endpoint, string service);

    [LoggerMessage(57, LogLevel.Information, "No config server has confirmed that '{Service}' goes, or there is none: it serves on for {Time}, and its answers tell callers to go elsewhere.", EventName = "ServesOn")]
    public static partial void ServesOn(this ILogger logger, string service, TimeSpan time);

    [LoggerMessage(56, LogLevel.Warning, "The config server at {Server}, which clients prefer, is back and does not take '{Service}', which stays with a later one: who follows the former is not told of this process. {Reason}", EventName = "EarlierServerRefuses")]
    public static partial void EarlierServerRefuses(this ILogger logger, string server, string service, string reason);

    [LoggerMessage(60, LogLevel.Warning, "The config server at {Server} does not take {Addresses} of '{Service}': its other addresses are registered. {Reason}", EventName = "AddressesRefused")]
    public static partial void AddressesRefused(this ILogger logger, string server, string service, string addresses, string reason);

    [LoggerMessage(61, LogLevel.Error, "The config server at {Server} refuses what the settings say of '{Service}' now: what it accepted last is registered. {Reason}", EventName = "ChangeRefused")]
    public static partial void ChangeRefused(this ILogger logger, string server, string service, string reason);

    [LoggerMessage(62, LogLevel.Error, "The registration of '{Service}' met a fault of its own, and is tried again.", EventName = "RegistrationFailed")]
    public static partial void RegistrationFailed(this ILogger logger, string service, Exception exception);

    [LoggerMessage(63, LogLevel.Warning, "What {Addresses} of Mesh:Inbound:Addresses speaks is not clear: the listeners of its scheme differ, and none has its port. It is called with HTTP/1.1 and HTTP/2 alike. Say it there: {{ \"Address\": \"http://10.0.0.5:80\", \"Protocols\": \"Http2\" }}.", EventName = "ProtocolsUnclear")]
    public static partial void ProtocolsUnclear(this ILogger logger, string addresses);

    [LoggerMessage(64, LogLevel.Error, "'{Service}' is not registered with the config server at {Server}, which is reached over IPv6: the web server listens at port {Ports} over IPv4 alone, and others would be told an address at which nobody listens. Listen on both, as http://*:8080 does, or set Mesh:Inbound:Addresses.", EventName = "RegistrationOutOfReach")]
    public static partial void RegistrationOutOfReach(this ILogger logger, string service, string server, string ports);

    [LoggerMessage(65, LogLevel.Information, "This process is {Id}, until {NotAfter:u}, by certificate {Serial} of the {Source}.", EventName = "IdentityIssued")]
    public static partial void IdentityIssued(this ILogger logger, string id, DateTimeOffset notAfter, string serial, string source);

    [LoggerMessage(66, LogLevel.Warning, "The identity {Id} cannot be renewed. It is good until {NotAfter:u}, and is tried again. {Reason}", EventName = "IdentityNotRenewed")]
    public static partial void IdentityNotRenewed(this ILogger logger, string id, DateTimeOffset notAfter, string reason);

    [LoggerMessage(67, LogLevel.Error, "This process has no identity: its calls with Tls Mesh fail until it has one. {Reason}", EventName = "IdentityMissing")]
    public static partial void IdentityMissing(this ILogger logger, string reason);

    [LoggerMessage(68, LogLevel.Information, "The config server gives this process no identity: what it calls and what calls it is known by its address alone. {Reason}", EventName = "NoIdentitiesHere")]
    public static partial void NoIdentitiesHere(this ILogger logger, string reason);

    [LoggerMessage(69, LogLevel.Warning, "The config server's clock is {Seconds} s {Direction} this process's: certificates seem to begin and end at other times than they do. Set the clocks by the same source.", EventName = "ClockSkewed")]
    public static partial void ClockSkewed(this ILogger logger, double seconds, string direction);

    [LoggerMessage(70, LogLevel.Warning, "The identity that was kept at {Path} is of no use: another is asked for. {Reason}", EventName = "KeptIdentityRefused")]
    public static partial void KeptIdentityRefused(this ILogger logger, string path, string reason);

    [LoggerMessage(71, LogLevel.Warning, "The identity could not be kept at {Path}: the next start needs the config server. {Reason}", EventName = "IdentityNotKept")]
    public static partial void IdentityNotKept(this ILogger logger, string path, string reason);

    [LoggerMessage(72, LogLevel.Error, "The identity of this process met a fault of the mesh's own, and is tried again.", EventName = "IdentityFailed")]
    public static partial void IdentityFailed(this ILogger logger, Exception exception);

    [LoggerMessage(73, LogLevel.Warning, "A caller at {Address} is not let in at port {Port}. {Reason}", EventName = "CallerRefused")]
    public static partial void CallerRefused(this ILogger logger, string address, int port, string reason);

    [LoggerMessage(74, LogLevel.Information, "The TLS handshake of a caller at {Address} failed at port {Port}. {Reason}", EventName = "HandshakeFailed")]
    public static partial void HandshakeFailed(this ILogger logger, string address, int port, string reason);

    [LoggerMessage(75, LogLevel.Warning, "A caller at {Address} asks for TLS at port {Port}, and this process has no identity to show. {Reason}", EventName = "HandshakeWithoutIdentity")]
    public static partial void HandshakeWithoutIdentity(this ILogger logger, string address, int port, string reason);

    [LoggerMessage(76, LogLevel.Warning, "A caller at {Address} speaks plain text at port {Port}, which takes TLS alone by Mesh:Inbound: its connection is closed.", EventName = "PlainTextRefused")]
    public static partial void PlainTextRefused(this ILogger logger, string address, int port);

    [LoggerMessage(77, LogLevel.Information, "The listener {Listener} has a certificate of the application's own, and is left as it is: the mesh does not ask there who calls.", EventName = "ListenerNotMeshed")]
    public static partial void ListenerNotMeshed(this ILogger logger, string listener);

    [LoggerMessage(78, LogLevel.Information, "The connection of '{Caller}' at port {Port} is let go, and cut after 10 s. {Reason}", EventName = "CallerLetGo")]
    public static partial void CallerLetGo(this ILogger logger, string caller, int port, string reason);

    [LoggerMessage(79, LogLevel.Error, "The connection of '{Caller}' could not be looked at, by a fault of the mesh's own. It is tried again.", EventName = "LettingGoFailed")]
    public static partial void LettingGoFailed(this ILogger logger, string caller, Exception exception);

    [LoggerMessage(80, LogLevel.Warning, "A call of {Caller}, {Method} {Path}, is refused. {Reason}", EventName = "CallRefused")]
    public static partial void CallRefused(this ILogger logger, string caller, string method, string path, string reason);

    [LoggerMessage(81, LogLevel.Information, "A call of {Caller}, {Method} {Path}, is {Verdict}; with the policies in dry run it would be {Other}. {Reason}", EventName = "DryRunDiffers")]
    public static partial void DryRunDiffers(this ILogger logger, string caller, string method, string path, string verdict, string other, string reason);

    [LoggerMessage(82, LogLevel.Information, "A call of {Caller}, {Method} {Path}, is {Verdict}, and audited by {Rule}.", EventName = "CallAudited")]
    public static partial void CallAudited(this ILogger logger, string caller, string method, string path, string verdict, string rule);

    [LoggerMessage(83, LogLevel.Warning, "Calls are answered with 503: it is not known what the mesh's authority says of them. {Reason}", EventName = "PolicyUnknown")]
    public static partial void PolicyUnknown(this ILogger logger, string reason);

    [LoggerMessage(84, LogLevel.Information, "Version {Version} of the mesh's policies is in force, with {Count} of who may call this process.", EventName = "PolicyInForce")]
    public static partial void PolicyInForce(this ILogger logger, string version, int count);

    [LoggerMessage(85, LogLevel.Information, "A call of {Caller} in flight, {Method} {Path}, is cut: it is not allowed any more. {Reason}", EventName = "CallCut")]
    public static partial void CallCut(this ILogger logger, string caller, string method, string path, string reason);

    [LoggerMessage(86, LogLevel.Error, "Policies of the mesh could not be put in force, by a fault of the mesh's own: those before stay.", EventName = "PolicyFailed")]
    public static partial void PolicyFailed(this ILogger logger, Exception exception);

    [LoggerMessage(87, LogLevel.Error, "Calls are answered with 503: policies of the mesh ask for TLS at port {Port}, and the mesh does not guard it. {Remedy}", EventName = "StrictNotEnforced")]
    public static partial void StrictNotEnforced(this ILogger logger, int port, string remedy);

    [LoggerMessage(88, LogLevel.Error, "A call in flight, {Method} {Path}, could not be judged again, by a fault of the mesh's own: it is cut.", EventName = "JudgingFailed")]
    public static partial void JudgingFailed(this ILogger logger, string method, string path, Exception exception);
}
