namespace Mesh.ConfigServer.Xds;

/// <summary>The clients that are connected to this server.</summary>
internal interface IXdsClients
{
    int Count { get; }

    /// <summary>How they do, all together.</summary>
    ClientFigures Figures();

    /// <summary>Those with a stream, in the order of their ids; of one with several streams, each.</summary>
    /// <param name="isMeant">Null: all.</param>
    IReadOnlyList<ClientStatus> All(Func<ClientNode, bool>? isMeant = null);
}
