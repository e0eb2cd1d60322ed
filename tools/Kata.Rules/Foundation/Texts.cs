using System.Globalization;
using System.Resources;
using Microsoft.CodeAnalysis;

namespace Kata.Rules.Foundation;

/// <summary>The texts of the rules in both languages: <c>Texts.resx</c> and <c>Texts.zh.resx</c>.</summary>
internal static class Texts
{
    private static readonly ResourceManager Resources = new("Kata.Rules.Texts", typeof(Texts).Assembly);

    /// <summary>A text in the reader's own language, for example <c>KATA001_Title</c>.</summary>
    public static LocalizableString Localizable(string name) => new LocalizableResourceString(name, Resources, typeof(Texts));

    /// <summary>A text with arguments in the reader's own language.</summary>
    public static LocalizableString Localizable(string name, params string[] arguments) =>
        new LocalizableResourceString(name, Resources, typeof(Texts), arguments);

    /// <summary>A text in a language, <c>en</c> or <c>zh</c>.</summary>
    /// <exception cref="ArgumentException">No such text.</exception>
    public static string In(string language, string name) =>
        Resources.GetString(name, CultureInfo.GetCultureInfo(language))
        ?? throw new ArgumentException($"Texts.resx has no {name}.", nameof(name));
}
