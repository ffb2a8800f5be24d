using Mesh.Model.Documents;
using Microsoft.Extensions.Options;

namespace Mesh.Client.Sources.Xds.Bootstrap;

/// <summary>Where the bootstrap is: the application says so, or else the environment.</summary>
/// <param name="options">The application's.</param>
/// <param name="folder">Where files are that are named without a full path.</param>
/// <param name="environment">Reads a variable of the environment.</param>
internal sealed class BootstrapLocation(IOptions<XdsOptions> options, string folder, Func<string, string?> environment)
{
    public const string FileVariable = "GRPC_XDS_BOOTSTRAP";
    public const string TextVariable = "GRPC_XDS_BOOTSTRAP_CONFIG";

    /// <exception cref="MeshConfigurationException">There is none, or it is faulty.</exception>
    public XdsBootstrap Read()
    {
        if (options.Value.BootstrapFile is { } given)
        {
            return ReadFile($"{nameof(XdsOptions.BootstrapFile)} of AddXds()", given);
        }

        if (environment(FileVariable) is { Length: > 0 } named)
        {
            return ReadFile(FileVariable, named);
        }

        return environment(TextVariable) is { Length: > 0 } text
            ? new BootstrapReader(TextVariable, folder).Read(text)
            : throw new MeshConfigurationException([new DocumentFault(
                "AddXds()", $"No bootstrap is given: name its file in {FileVariable} or by AddXds(xds => xds.{nameof(XdsOptions.BootstrapFile)} = …), or give its text in {TextVariable}.")]);
    }

    private XdsBootstrap ReadFile(string setting, string path)
    {
        string file = Path.GetFullPath(path, folder);
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MeshConfigurationException([new DocumentFault(setting, $"'{file}' cannot be read. {failure.Message}")]);
        }

        return new BootstrapReader(file, folder).Read(text);
    }
}
