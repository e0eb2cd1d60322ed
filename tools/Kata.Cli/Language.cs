using System.Globalization;

namespace Kata.Cli;

/// <summary>The language of all texts: English or Chinese.</summary>
/// <param name="Code"><c>en</c> or <c>zh</c>: what statements and hints are chosen by.</param>
/// <param name="Culture">What texts are chosen by.</param>
internal sealed record Language(string Code, CultureInfo Culture)
{
    /// <summary>English.</summary>
    public static readonly Language English = new("en", CultureInfo.GetCultureInfo("en"));

    /// <summary>Chinese.</summary>
    public static readonly Language Chinese = new("zh", CultureInfo.GetCultureInfo("zh-Hans"));

    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    /// <summary>
    /// What <c>--lang</c> says, else the environment. It is read before the command line is, because help and errors
    /// about the command line are texts too.
    /// </summary>
    public static Language Choose(IReadOnlyList<string> arguments, Func<string, string?> variable)
    {
        var fromEnvironment = Variables.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return Of(FromOption(arguments) ?? fromEnvironment ?? CultureInfo.InstalledUICulture.Name);
    }

    private static Language Of(string name) =>
        name.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Chinese : English;

    private static string? FromOption(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index] == GlobalOptions.Language && index + 1 < arguments.Count)
            {
                return arguments[index + 1];
            }

            if (arguments[index].StartsWith(GlobalOptions.Language + "=", StringComparison.Ordinal))
            {
                return arguments[index][(GlobalOptions.Language.Length + 1)..];
            }
        }

        return null;
    }
}

/// <summary>The names of the options that every command has.</summary>
internal static class GlobalOptions
{
    /// <summary><c>--lang en|zh</c>.</summary>
    public const string Language = "--lang";
}
