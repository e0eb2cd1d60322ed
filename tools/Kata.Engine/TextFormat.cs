using System.Globalization;

namespace Kata.Engine;

/// <summary>Fills the places of a text: <c>Texts.NoSuchKata.With("720")</c>.</summary>
public static class TextFormat
{
    /// <summary>The text with <c>{0}</c>, <c>{1}</c> … replaced.</summary>
    public static string With(this string text, params object?[] values) =>
        string.Format(CultureInfo.InvariantCulture, text, values);
}
