using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Mesh.Cli.Api;
using Mesh.Cli.Usage;

namespace Mesh.Cli.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class Arguments
{
    /// <param name="tool">Asks the server for names to complete.</param>
    /// <param name="needsDocument">False: it may be one that has only registered.</param>
    public static Argument<ServiceName> Service(Tool tool, bool needsDocument = true) => Service(
        tool, "The service: NAME, or NAME.NAMESPACE where its namespace is not 'default'.", ArgumentArity.ExactlyOne, needsDocument);

    public static Argument<ServiceName> OptionalService(Tool tool, string description) =>
        Service(tool, description, ArgumentArity.ZeroOrOne, needsDocument: true);

    /// <summary>One that may have no document.</summary>
    public static Argument<ServiceName> AnyService(Tool tool, string description) =>
        Service(tool, description, ArgumentArity.ZeroOrOne, needsDocument: false);

    /// <summary>The service that was typed.</summary>
    public static Func<ArgumentResult, ServiceName?> Parser(string name) => result =>
    {
        string text = result.Tokens[0].Value;
        ServiceName? service = ServiceName.TryOf(text);
        if (service is null)
        {
            result.AddError(Values.Complaint(name, text, ServiceName.Form));
        }

        return service;
    };

    /// <summary>A policy by its name.</summary>
    public static Argument<PolicyName> Policy()
    {
        const string Written = "NAME[.NAMESPACE]";
        return new Argument<PolicyName>("policy")
        {
            Description = "The policy: NAME, NAME.NAMESPACE where its namespace is not 'default', or 'NAME.*' for one of the whole mesh.", HelpName = Written,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                PolicyName? policy = PolicyName.TryOf(text);
                if (policy is null)
                {
                    result.AddError(Values.Complaint(Written, text, PolicyName.Form));
                }

                return policy;
            },
        };
    }

    /// <summary>The IP address that was typed.</summary>
    public static Func<ArgumentResult, IPAddress?> Address(string name) => result =>
    {
        string text = result.Tokens[0].Value;
        if (!IPAddress.TryParse(text, out IPAddress? address))
        {
            result.AddError(Values.Complaint(name, text, "an IP address"));
        }

        return address;
    };

    private static Argument<ServiceName> Service(Tool tool, string description, ArgumentArity arity, bool needsDocument)
    {
        const string Written = "NAME[.NAMESPACE]";
        Argument<ServiceName> service = new("service")
        {
            Description = description, HelpName = Written, Arity = arity, CustomParser = Parser(Written),
        };
        ServerNames names = new(tool);
        service.CompletionSources.Add(needsDocument ? names.DocumentsOf(service) : names.ServicesOf(service));
        return service;
    }
}
