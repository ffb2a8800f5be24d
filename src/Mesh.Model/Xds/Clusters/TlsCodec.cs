using Google.Protobuf.WellKnownTypes;

namespace Mesh.Model.Xds;

/// <summary>
/// How connections to a service are secured. What is not understood is refused: plain text must never be what is left of it.
/// </summary>
internal static class TlsCodec
{
    private const string Tls = "envoy.transport_sockets.tls";
    private const string PlainText = "envoy.transport_sockets.raw_buffer";
    private const string RawBuffer = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";

    public static void Encode(TlsSettings? settings, ClusterMessages messages)
    {
        if (settings is null)
        {
            return;
        }

        Wire.UpstreamTlsContext context = TlsContextCodec.Encode(settings);
        if (settings.Mode is TlsMode.Disabled)
        {
            messages.Extra.Tls = new() { Mode = Wire.MeshTlsMode.Disabled, Context = context };
            return;
        }

        messages.Cluster.TransportSocket = new() { Name = Tls, TypedConfig = Any.Pack(context) };
        messages.Extra.Tls = settings.Mode is null ? null : new() { Mode = TlsModeCodec.Encode(settings.Mode) };
    }

    public static TlsSettings? Decode(ClusterMessages messages, XdsField at)
    {
        for (int i = 0; i < messages.Cluster.TransportSocketMatches.Count; i++)
        {
            if (IsSecured(messages.Cluster.TransportSocketMatches[i].TransportSocket))
            {
                at["transport_socket_matches", i].Fault("Connections to some endpoints cannot be secured otherwise than to the others.");
            }
        }

        Wire.TransportSocket? socket = messages.Cluster.TransportSocket;
        Wire.UpstreamTlsContext? context = IsSecured(socket) ? Unpack(socket!, at["transport_socket"]) : null;
        XdsField contextAt = at["transport_socket"]["typed_config"];
        if (messages.Extra.Tls is not { } extra)
        {
            return context is null ? null : TlsContextCodec.Decode(context, contextAt);
        }

        XdsField extraAt = MeshMetadata.At(at)["tls"];
        TlsMode? mode = TlsModeCodec.Decode(extra.Mode, extraAt["mode"]);
        if (IsSecured(socket) == (mode is TlsMode.Disabled))
        {
            extraAt["mode"].Fault("It contradicts transport_socket: one of them is for plain text, the other is not.");
        }

        TlsSettings read = mode is TlsMode.Disabled
            ? TlsContextCodec.Decode(extra.Context ?? new(), extraAt["context"])
            : TlsContextCodec.Decode(context ?? new(), contextAt);
        if (context is not null && mode is not null && (read.Mode is TlsMode.Mesh) != (mode is TlsMode.Mesh))
        {
            extraAt["mode"].Fault("It contradicts transport_socket: by one of them the certificates are the mesh's own, by the other they are not.");
        }

        return read with { Mode = mode ?? read.Mode };
    }

    // What says "plain text" and holds something else is a fault, and not plain text.
    private static bool IsSecured(Wire.TransportSocket? socket) => socket is not null && !IsPlain(socket);

    private static bool IsPlain(Wire.TransportSocket socket) =>
        socket.Name == PlainText && (socket.TypedConfig is null || Any.GetTypeName(socket.TypedConfig.TypeUrl) == RawBuffer);

    private static Wire.UpstreamTlsContext? Unpack(Wire.TransportSocket socket, XdsField at)
    {
        if (socket.Name != Tls || socket.TypedConfig is null || !socket.TypedConfig.Is(Wire.UpstreamTlsContext.Descriptor))
        {
            at.Fault($"'{socket.Name}' is not supported; {Tls} with an UpstreamTlsContext is, and {PlainText}.");
            return null;
        }

        return at["typed_config"].Unpack<Wire.UpstreamTlsContext>(socket.TypedConfig);
    }
}
